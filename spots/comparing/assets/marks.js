/* Colours, patterns and symbols of a comparison: before is orange and dashed, after blue and solid,
   and whatever is told by colour is told by a pattern or a shape too. */
(function (S) {
  'use strict';
  S.OLD = '#B34700';
  S.NEW = '#0066A6';
  S.KEPT = '#6E6480';

  function pattern(id, size, parts) {
    return S.svg('pattern', { id: id, width: size, height: size, patternUnits: 'userSpaceOnUse' }, parts);
  }
  function wash(size, colour, opacity) {
    return S.svg('rect', { width: size, height: size, fill: colour, 'fill-opacity': opacity });
  }
  S.patterns = function () {
    return S.svg('svg', { width: 0, height: 0, 'class': 'patterns', 'aria-hidden': 'true' }, [S.svg('defs', {}, [
      pattern('fill-gained', 10, [wash(10, S.NEW, 0.34),
        S.svg('path', { d: 'M5,2.2 L5,7.8 M2.2,5 L7.8,5', stroke: '#FFFFFF', 'stroke-width': 1.5, 'stroke-opacity': 0.95 })]),
      pattern('fill-lost', 9, [wash(9, S.OLD, 0.26),
        S.svg('path', { d: 'M-2,2 L2,-2 M0,9 L9,0 M7,11 L11,7', stroke: S.OLD, 'stroke-width': 1.6, 'stroke-opacity': 0.8, fill: 'none' })]),
      pattern('fill-shortage', 8, [wash(8, '#E69F00', 0.16),
        S.svg('circle', { cx: 4, cy: 4, r: 0.9, fill: '#8A5E00', 'fill-opacity': 0.5 })])
    ])]);
  };

  function stroke(d, colour, width) {
    return S.svg('path', { d: d, stroke: colour, 'stroke-width': width, fill: 'none', 'stroke-linecap': 'round' });
  }
  var DRAW = {
    entered: function () {
      return [S.svg('circle', { cx: 12, cy: 12, r: 10, fill: S.NEW, stroke: '#FFFFFF', 'stroke-width': 2 }), stroke('M12,7 L12,17 M7,12 L17,12', '#FFFFFF', 2.6)];
    },
    left: function () {
      return [S.svg('rect', { x: 2.5, y: 2.5, width: 19, height: 19, rx: 2, fill: '#FFFFFF', stroke: S.OLD, 'stroke-width': 2.4 }), stroke('M7,12 L17,12', S.OLD, 2.8)];
    },
    changed: function () {
      return [S.svg('path', { d: 'M12,1.5 L22.8,21 L1.2,21 Z', fill: '#5B2A86', stroke: '#FFFFFF', 'stroke-width': 2, 'stroke-linejoin': 'round' }), stroke('M12,9 L12,14', '#FFFFFF', 2.4), S.svg('circle', { cx: 12, cy: 17.6, r: 1.3, fill: '#FFFFFF' })];
    },
    ungiven: function () {
      return [S.svg('rect', { x: 3.5, y: 3.5, width: 17, height: 17, rx: 2, fill: '#FFFFFF', stroke: '#555555', 'stroke-width': 2, 'stroke-dasharray': '3 2.4' }), stroke('M8,12 L16,12', '#555555', 2)];
    },
    evidence: function () {
      return [S.svg('circle', { cx: 12, cy: 12, r: 5, fill: '#FFFFFF', stroke: '#444444', 'stroke-width': 1.8 })];
    }
  };
  S.symbol = function (kind) {
    return S.svg('svg', { viewBox: '0 0 24 24', width: 24, height: 24, 'class': 'symbol', 'aria-hidden': 'true', focusable: 'false' }, DRAW[kind]());
  };
  /* The middle of a spot: the marks of its criteria in the colour of its side. */
  S.middle = function (marks, colour) {
    var wide = 11 + 11 * Math.max(1, Array.from(marks).length);
    return S.svg('svg', { viewBox: '0 0 ' + wide + ' 22', width: wide, height: 22, 'class': 'symbol', 'aria-hidden': 'true', focusable: 'false' }, [
      S.svg('rect', { x: 1, y: 1, width: wide - 2, height: 20, rx: 10, fill: colour, stroke: '#FFFFFF', 'stroke-width': 1.6 }),
      S.svg('text', { x: wide / 2, y: 11.5, 'text-anchor': 'middle', 'dominant-baseline': 'central', 'font-size': 12.5, 'font-weight': 'bold', fill: '#FFFFFF' }, [marks || '●'])
    ]);
  };
  S.middleWidth = function (marks) { return 11 + 11 * Math.max(1, Array.from(marks).length); };

  S.swatch = function (key) {
    var box = { x: 2, y: 4, width: 20, height: 16 }, inside;
    function rect(more) { return S.svg('rect', Object.assign({}, box, more)); }
    if (DRAW[key]) return S.symbol(key);
    if (key === 'gained') inside = rect({ fill: 'url(#fill-gained)', stroke: S.NEW, 'stroke-width': 2 });
    else if (key === 'lost') inside = rect({ fill: 'url(#fill-lost)', stroke: S.OLD, 'stroke-width': 2, 'stroke-dasharray': '5 3' });
    else if (key === 'kept') inside = rect({ fill: S.KEPT, 'fill-opacity': 0.3, stroke: S.KEPT, 'stroke-width': 1.6 });
    else if (key === 'oldSpot') inside = rect({ fill: S.OLD, 'fill-opacity': 0.2, stroke: S.OLD, 'stroke-width': 2, 'stroke-dasharray': '5 3' });
    else if (key === 'newSpot') inside = rect({ fill: S.NEW, 'fill-opacity': 0.22, stroke: S.NEW, 'stroke-width': 2 });
    else if (key === 'shortage') inside = rect({ fill: 'url(#fill-shortage)', stroke: '#8A5E00', 'stroke-width': 1.2 });
    else if (key === 'road') inside = stroke('M2,17 L9,9 L22,7', '#CDBF98', 2.4);
    else inside = rect({ fill: '#FBFAF5', stroke: '#7A7A7A' });
    return S.svg('svg', { viewBox: '0 0 24 24', width: 24, height: 24, 'class': 'symbol', 'aria-hidden': 'true', focusable: 'false' }, [inside]);
  };
})(window.SpotsMap);
