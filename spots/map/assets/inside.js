/* Background tiles that the page carries: seen from a stick, without any network. */
(function (S) {
  'use strict';
  var NOTHING = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';

  /* Leaflet writes what it is told as markup: whose the tiles are is a name, and stays one. */
  function plain(text) {
    return text.replace(/[&<>"']/g, function (sign) { return '&#' + sign.charCodeAt(0) + ';'; });
  }

  S.insideTiles = function (inside) {
    var Inside = L.TileLayer.extend({
      getTileUrl: function (at) {
        var data = inside.tiles[this._getZoomForUrl() + '/' + at.x + '/' + at.y];
        return data ? 'data:' + data : NOTHING;
      }
    });
    return new Inside('', {
      minZoom: 0, maxZoom: 18, minNativeZoom: inside.shallowest, maxNativeZoom: inside.deepest,
      attribution: plain(inside.attribution), className: 'inside-tiles'
    });
  };
})(window.SpotsMap);
