/* Symbols and colours. Those of the criteria are far apart for every kind of colour vision (a test
   simulates them) and carry a second cue (dash, pattern, shape). */
(function (S) {
  'use strict';
  var CRITERIA = [
    { colour: '#0A4A8C', dash: null },
    { colour: '#00836A', dash: '9 5' },
    { colour: '#C84800', dash: '2 6' },
    { colour: '#9B4DCA', dash: '12 4 2 4' },
    { colour: '#5A3A00', dash: '16 6' }
  ];
  S.criterion = function (number) {
    return CRITERIA[(number - 1 + CRITERIA.length * 9) % CRITERIA.length];
  };
  S.ROUTE = '#6A1B5A';
  S.STRAIGHT_DASH = '11 8'; /* no way, but a straight line */
  S.CATCHMENT = '#4B3F8F';
  /* Few to many people: one hue, each step darker, so that it needs no colour at all. */
  S.PEOPLE = ['#E6EAEE', '#BFC9D2', '#93A1AE', '#667685', '#37444F'];
  S.AREAS = {
    shortage: { fill: '#E69F00', opacity: 0.30 },
    surplus: { fill: '#B07AA1', opacity: 0.20 },
    neither: { fill: '#FFFFFF', opacity: 0.0 },
    unknown: { fill: '#777777', opacity: 0.15 }
  };

  function pattern(id, size, parts) {
    return S.svg('pattern', { id: id, width: size, height: size, patternUnits: 'userSpaceOnUse' }, parts);
  }
  function wash(size, area) {
    return S.svg('rect', { width: size, height: size, fill: area.fill, 'fill-opacity': area.opacity });
  }

  /* Fills for the whole page, the legend included. */
  S.patterns = function () {
    var hatch = { stroke: '#9A6A00', 'stroke-width': 1.3, 'stroke-opacity': 0.65, fill: 'none' };
    var cross = { stroke: '#444444', 'stroke-width': 0.9, 'stroke-opacity': 0.55, fill: 'none' };
    function path(d, base) {
      var attributes = { d: d };
      Object.keys(base).forEach(function (key) { attributes[key] = base[key]; });
      return S.svg('path', attributes);
    }
    return S.svg('svg', { width: 0, height: 0, 'class': 'patterns', 'aria-hidden': 'true' }, [
      S.svg('defs', {}, [
        pattern('area-shortage', 9, [wash(9, S.AREAS.shortage), path('M-2,2 L2,-2 M0,9 L9,0 M7,11 L11,7', hatch)]),
        pattern('area-surplus', 10, [wash(10, S.AREAS.surplus),
          S.svg('circle', { cx: 5, cy: 5, r: 1.1, fill: '#7A3E68', 'fill-opacity': 0.6 })]),
        pattern('area-neither', 10, [wash(10, S.AREAS.neither)]),
        pattern('area-unknown', 10, [wash(10, S.AREAS.unknown), path('M0,5 L10,5', cross)]),
        pattern('area-none', 8, [S.svg('rect', { width: 8, height: 8, fill: '#D9D9D4', 'fill-opacity': 0.75 }), path('M-2,6 L6,-2 M2,10 L10,2', { stroke: '#FFFFFF', 'stroke-width': 2, fill: 'none' })]),
        // Over the hatches of areas: a net of lines of its own, on a tint that they do not hide.
        pattern('catchment', 7, [S.svg('rect', { width: 7, height: 7, fill: S.CATCHMENT, 'fill-opacity': 0.3 }),
          path('M0,3.5 L7,3.5', { stroke: S.CATCHMENT, 'stroke-width': 1.4, 'stroke-opacity': 0.75, fill: 'none' })]),
        pattern('municipality-excluded', 8, [path('M0,0 L8,8 M8,0 L0,8', cross)]),
        pattern('access-unknown', 10, [path('M0,5 L10,5', cross)]),
        pattern('access-unreachable', 8, [path('M0,0 L8,8 M8,0 L0,8', cross)]),
        pattern('population-secret', 6, [S.svg('rect', { width: 6, height: 6, fill: '#FFFFFF', 'fill-opacity': 0.6 }),
          path('M-1,5 L5,-1 M1,7 L7,1', { stroke: '#37444F', 'stroke-width': 1, fill: 'none' })])
      ].concat(S.PEOPLE.map(function (colour, place) {
        return pattern('population-' + (place + 1), 10, [S.svg('rect', { width: 10, height: 10, fill: colour, 'fill-opacity': 0.85 })]);
      })).concat(S.PEOPLE.slice(0, 4).map(function (colour, place) {
        return pattern('access-' + (place + 1), 10, [S.svg('rect', { width: 10, height: 10, fill: colour, 'fill-opacity': 0.85 })]);
      })))
    ]);
  };

  function text(content, size, colour) {
    return S.svg('text', {
      x: 12, y: 12, 'text-anchor': 'middle', 'dominant-baseline': 'central',
      'font-size': size, 'font-weight': 'bold', fill: colour
    }, [content]);
  }
  function stroke(d, colour, width) {
    return S.svg('path', { d: d, stroke: colour, 'stroke-width': width, fill: 'none', 'stroke-linecap': 'round' });
  }

  /* One symbol in a box of 24; marks: the criteria of a spot. No two have the same outline: they are told
     apart without colour, and on paper. */
  var DRAW = {
    designated: function (marks, number) {
      var colour = S.criterion(number).colour;
      var wide = marks.length > 1 ? 6.5 * (marks.length - 1) : 0;
      return [
        S.svg('rect', { x: 1.5 - wide, y: 1.5, width: 21 + 2 * wide, height: 21, rx: 10.5, fill: colour, stroke: '#FFFFFF', 'stroke-width': 2 }),
        text(marks, 15, '#FFFFFF')
      ];
    },
    excluded: function () {
      return [S.svg('rect', { x: 3.5, y: 3.5, width: 17, height: 17, fill: '#FFFFFF', stroke: '#333333', 'stroke-width': 2 }),
        stroke('M7,7 L17,17 M17,7 L7,17', '#333333', 2.4)];
    },
    moot: function () {
      return [S.svg('path', { d: 'M12,1.5 L22.5,12 L12,22.5 L1.5,12 Z', fill: '#FFFFFF', stroke: '#8A5E00', 'stroke-width': 2 }),
        stroke('M7.5,12 L16.5,12', '#8A5E00', 2.6)];
    },
    undetermined: function () {
      return [S.svg('path', { d: 'M12,1.5 L23,21.5 L1,21.5 Z', fill: '#F0E442', stroke: '#000000', 'stroke-width': 1.6 }),
        S.svg('text', { x: 12, y: 15.2, 'text-anchor': 'middle', 'dominant-baseline': 'central', 'font-size': 13, 'font-weight': 'bold' }, ['?'])];
    },
    not_met: function () {
      return [S.svg('circle', { cx: 12, cy: 12, r: 9, fill: '#FFFFFF', 'fill-opacity': 0.1, stroke: '#555555', 'stroke-width': 1.8 })];
    },
    /* In no list of this scenario. */
    absent: function () { return [stroke('M6,12 L18,12', '#777777', 2)]; },
    /* Only reached: a pennant on its pole. */
    destination: function () {
      return [S.svg('path', { d: 'M8,4 L18.5,8 L8,12 Z', fill: '#333333', stroke: '#FFFFFF', 'stroke-width': 1.2 }),
        stroke('M8,3.5 L8,20.5', '#FFFFFF', 4), stroke('M8,4 L8,20', '#333333', 2), S.svg('path', { d: 'M8,4.6 L17,8 L8,11.4 Z', fill: '#333333' })];
    },
    /* Nobody knows where: a pin that is only hinted at, and struck out. */
    lost: function () {
      return [S.svg('path', { d: 'M12,22 C8,16.5 5,13 5,9.2 A7,7 0 0 1 19,9.2 C19,13 16,16.5 12,22 Z', fill: '#FFFFFF', stroke: '#333333', 'stroke-width': 1.7, 'stroke-dasharray': '2.6 1.9' }),
        stroke('M3.5,19.5 L20.5,3', '#FFFFFF', 4.4), stroke('M3.5,19.5 L20.5,3', '#333333', 2)];
    },
    hospital: function () {
      return [S.svg('rect', { x: 6, y: 6, width: 12, height: 12, rx: 1.5, fill: '#333333', stroke: '#FFFFFF', 'stroke-width': 1.2 }),
        stroke('M12,8.6 L12,15.4 M8.6,12 L15.4,12', '#FFFFFF', 2)];
    }
  };
  S.symbol = function (kind, marks, number) {
    return S.svg('svg', { viewBox: '0 0 24 24', width: 24, height: 24, 'class': 'symbol', 'aria-hidden': 'true', focusable: 'false' },
      DRAW[kind](marks || '', number || 1));
  };

  /* That of a facility. */
  S.symbolOf = function (f) { return S.symbol(f.state, f.marks, f.criteria[0]); };

  /* What stands before a line of the legend. */
  S.swatch = function (key) {
    var match = /^criterion-(\d+)$/.exec(key);
    var inside;
    if (DRAW[key]) return S.symbol(key);
    if (match) {
      var style = S.criterion(Number(match[1]));
      inside = [S.svg('circle', { cx: 12, cy: 12, r: 9, fill: style.colour, 'fill-opacity': 0.25, stroke: style.colour, 'stroke-width': 2.6, 'stroke-dasharray': style.dash ? style.dash.replace('9 5', '6 3').replace('2 6', '1.5 3') : null })];
    } else if (key === 'cut') {
      inside = [S.svg('circle', { cx: 12, cy: 12, r: 9, fill: 'none', stroke: '#333333', 'stroke-width': 1.4, 'stroke-dasharray': '3 3' })];
    } else if (key === 'straight') {
      inside = [S.svg('path', { d: 'M2,19 L22,5', fill: 'none', stroke: S.ROUTE, 'stroke-width': 3, 'stroke-dasharray': '6 3.5' })];
    } else if (key === 'route') {
      inside = [stroke('M2,18 C8,4 14,20 22,6', '#FFFFFF', 6), stroke('M2,18 C8,4 14,20 22,6', S.ROUTE, 3)];
    } else if (key === 'would-be') {
      inside = [S.svg('circle', { cx: 12, cy: 12, r: 9, fill: 'none', stroke: '#555555', 'stroke-width': 1.8, 'stroke-dasharray': '0.5 4', 'stroke-linecap': 'round' })];
    } else if (key === 'covered' || key === 'catchment') {
      inside = [S.svg('path', { d: 'M4,7 L9,3 L16,5 L21,10 L19,17 L12,21 L5,18 Z', fill: 'url(#catchment)', stroke: S.CATCHMENT, 'stroke-width': key === 'covered' ? 1.2 : 2.4 })];
    } else if (key === 'closed') {
      inside = [stroke('M4,15 L20,9', '#111111', 6.5), S.svg('path', { d: 'M4,15 L20,9', stroke: '#FFFFFF', 'stroke-width': 3.6, 'stroke-dasharray': '4 4' })];
    } else if (key.slice(0, 5) === 'road-') {
      var road = S.road(key), width = road.width * 1.3;
      inside = [stroke('M1,15 C8,9 15,17 23,9', road.casing, width + 2), stroke('M1,15 C8,9 15,17 23,9', road.line, width)];
    } else if (key === 'municipality') {
      inside = [S.svg('rect', { x: 2, y: 5, width: 20, height: 14, fill: '#FBFAF5', stroke: '#7A7A7A', 'stroke-width': 1 })];
    } else {
      inside = [S.svg('rect', { x: 2, y: 4, width: 20, height: 16, fill: 'url(#' + key + ')', stroke: '#5B5B5B', 'stroke-width': 1.2 })];
    }
    return S.svg('svg', { viewBox: '0 0 24 24', width: 24, height: 24, 'class': 'symbol', 'aria-hidden': 'true', focusable: 'false' }, inside);
  };
})(window.SpotsMap);
