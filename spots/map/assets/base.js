/* The drawn base: land and main roads, below the tiles, so that it shows wherever they do not. */
(function (S) {
  'use strict';
  /* Width at zoom 10, the zoom from which a class is drawn, line and casing. Subdued: what matters
     lies on top. */
  var ROADS = {
    motorway: { width: 3.0, from: 0, line: '#EFD9A4', casing: '#A9965F' },
    trunk: { width: 2.3, from: 0, line: '#F5E9C8', casing: '#B5AA8C' },
    primary: { width: 1.7, from: 8.5, line: '#FFFFFF', casing: '#B9B4A4' },
    secondary: { width: 1.2, from: 9.5, line: '#FFFFFF', casing: '#C6C2B5' }
  };
  S.road = function (key) { return ROADS[key.replace('road-', '')] || ROADS.secondary; };

  function land(map, regions, home) {
    var shapes = regions.filter(function (m) { return m.home === home; }).map(function (m) { return S.polygons(m.shape); });
    L.polygon([].concat.apply([], shapes), {
      pane: 'base', interactive: false, weight: 0.6, color: home ? '#C9C4B4' : '#CFCFCB', className: home ? 'land' : 'land abroad',
      fillColor: home ? '#FBFAF5' : '#E9E9E6', fillOpacity: 1, smoothFactor: 0.7
    }).addTo(map);
  }

  function road(layers, item) {
    var style = S.road(item.key), lines = item.lines.map(S.line), map = layers.map, tree = layers.tree;
    var options = { interactive: false, lineJoin: 'round', lineCap: 'round', smoothFactor: 1.6 };
    var casing = L.polyline(lines, L.extend({ pane: 'casings', color: style.casing, className: 'road-casing' }, options));
    var line = L.polyline(lines, L.extend({ pane: 'roads', color: style.line, className: 'road-line' }, options));
    function widths() {
      var width = style.width * Math.pow(2, Math.min(2.4, Math.max(-1, (map.getZoom() - 10) / 2)));
      casing.setStyle({ weight: width + 1.4 });
      line.setStyle({ weight: width });
    }
    widths();
    map.on('zoomend', widths);
    layers.items.push({
      layer: L.layerGroup([casing, line]),
      wanted: function () { return tree.on[item.key] && map.getZoom() >= style.from; },
      zooms: true
    });
  }

  S.drawBase = function (layers) {
    land(layers.map, layers.data.municipalities, false);
    land(layers.map, layers.data.municipalities, true);
    // Important classes last: they cross above the others.
    layers.data.around.roads.slice().reverse().forEach(function (item) { road(layers, item); });
  };
})(window.SpotsMap);
