/* What hangs on hospitals and roads: lines as wide and dark as they matter, rings round hospitals.
   Only pages that show a ranking have this script; it stands behind around.js and symbols.js. */
(function (S) {
  'use strict';
  var drawAround = S.drawAround, swatch = S.swatch;

  function road(item) {
    var lines = item.lines.map(S.line), options = { pane: 'ranked', smoothFactor: 0.5, lineJoin: 'round' };
    return L.featureGroup([
      L.polyline(lines, L.extend({ color: '#FFFFFF', weight: item.width + 3, opacity: 0.9, interactive: false }, options)),
      L.polyline(lines, L.extend({ color: item.colour, weight: item.width, className: 'ranked' }, options))
    ]);
  }

  function hospital(item) {
    return L.circleMarker([item.lat, item.lon], {
      pane: 'ranked', radius: 13 + item.width / 2, color: item.colour, weight: item.width, fillColor: '#FFFFFF', fillOpacity: 0.35,
      className: 'ranked'
    });
  }

  S.drawAround = function (layers) {
    drawAround(layers);
    layers.map.createPane('ranked').style.zIndex = 355;
    layers.data.ranked.forEach(function (item) {
      var layer = item.lines.length ? road(item) : hospital(item);
      layer.bindTooltip(function () { return S.lines(item.texts); }, { sticky: true, className: 'tip' });
      layers.add([item.key], layer);
    });
  };

  /* ranked-KIND-COLOUR-WIDTH */
  S.swatch = function (key) {
    var match = /^ranked-(hospital|road)-([0-9A-F]{6})-(\d+)$/.exec(key), inside, width;
    if (!match) return swatch(key);
    width = Number(match[3]) / 10;
    if (match[1] === 'road') {
      inside = S.svg('path', { d: 'M2,18 C8,4 14,20 22,6', fill: 'none', stroke: '#' + match[2], 'stroke-width': width });
    } else {
      inside = S.svg('circle', { cx: 12, cy: 12, r: 8, fill: 'none', stroke: '#' + match[2], 'stroke-width': width });
    }
    return S.svg('svg', { viewBox: '0 0 24 24', width: 24, height: 24, 'class': 'symbol', 'aria-hidden': 'true', focusable: 'false' }, [inside]);
  };
})(window.SpotsMap);
