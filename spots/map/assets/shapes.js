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

  function crossed(ring, lat, lon) {
    var odd = false;
    for (var i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      var a = ring[i], b = ring[j];
      if ((a[0] > lat) !== (b[0] > lat) && lon < (b[1] - a[1]) * (lat - a[0]) / (b[0] - a[0]) + a[1]) odd = !odd;
    }
    return odd;
  }

  /* Whether a place lies in polygons as S.polygons returns them: holes count by even and odd. */
  S.inside = function (polygons, lat, lon) {
    return polygons.some(function (rings) {
      return rings.reduce(function (odd, ring) { return crossed(ring, lat, lon) ? !odd : odd; }, false);
    });
  };
})(window.SpotsMap);
