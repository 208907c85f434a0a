/* Packed shapes back to Leaflet's latitude, longitude. See spots.map.model for the packing. */
(function (S) {
  'use strict';
  S.line = function (packed) {
    var points = [], lon = 0, lat = 0;
    for (var i = 0; i < packed.length; i += 2) {
      lon += packed[i];
      lat += packed[i + 1];
      points.push([lat / 1e5, lon / 1e5]);
    }
    return points;
  };
  S.polygons = function (shape) {
    return shape.map(function (rings) { return rings.map(S.line); });
  };
})(window.SpotsMap);
