/* The ground around: names of neighbouring prefectures, ground in no medical area, and the far islands
   (別図), each a small picture in a corner that leads there. */
(function (S) {
  'use strict';
  var WIDE = 92, HIGH = 62; // pixels of a small picture

  function project(bounds) {
    var cos = Math.cos((bounds[1] + bounds[3]) / 2 * Math.PI / 180);
    var scale = Math.min((WIDE - 8) / ((bounds[2] - bounds[0]) * cos), (HIGH - 8) / (bounds[3] - bounds[1]));
    return function (lat, lon) {
      return [
        (WIDE / 2 + (lon - (bounds[0] + bounds[2]) / 2) * cos * scale).toFixed(1),
        (HIGH / 2 - (lat - (bounds[1] + bounds[3]) / 2) * scale).toFixed(1)
      ].join(',');
    };
  }
  S.within = function (bounds, lat, lon) {
    return lat !== null && lon >= bounds[0] && lon <= bounds[2] && lat >= bounds[1] && lat <= bounds[3];
  };

  /* Land and the places of spots. */
  function picture(data, bounds) {
    var at = project(bounds), land = [];
    data.municipalities.forEach(function (m) {
      if (!m.home) return;
      S.polygons(m.shape).forEach(function (rings) {
        var near = rings[0].some(function (p) { return S.within(bounds, p[0], p[1]); });
        if (near) land.push('M' + rings[0].map(function (p) { return at(p[0], p[1]); }).join('L') + 'Z');
      });
    });
    var spots = data.facilities.filter(function (f) { return f.spot && S.within(bounds, f.lat, f.lon); });
    return S.svg('svg', { viewBox: '0 0 ' + WIDE + ' ' + HIGH, width: WIDE, height: HIGH, 'aria-hidden': 'true', focusable: 'false' }, [
      S.svg('path', { d: land.join(''), fill: '#FBFAF5', stroke: '#7A7A7A', 'stroke-width': 0.7 })
    ].concat(spots.map(function (f) {
      var place = at(f.lat, f.lon).split(',');
      return S.svg('circle', { cx: place[0], cy: place[1], r: 3, fill: S.criterion(f.criteria[0]).colour, stroke: '#FFFFFF', 'stroke-width': 0.8 });
    })));
  }

  function insets(app) {
    var control = L.control({ position: 'bottomright' }), ui = app.data.ui;
    control.onAdd = function () {
      var box = S.el('details', { 'class': 'insets', open: !S.below() }, [
        S.el('summary', {}, [ui.insets + S.bracketed(app.data.insets.length)]),
        S.el('ul', {}, app.data.insets.map(function (inset) {
          var b = inset.bounds, label = ui.insetGo.replace('{name}', inset.title);
          var button = S.el('button', { type: 'button', title: label, 'aria-label': label }, [picture(app.data, b), S.el('span', {}, [inset.title])]);
          button.addEventListener('click', function () {
            app.map.flyToBounds([[b[1], b[0]], [b[3], b[2]]], { padding: [16, 16], animate: !S.still(), duration: 0.7 });
          });
          return S.el('li', {}, [button]);
        }))
      ]);
      L.DomEvent.disableClickPropagation(box);
      L.DomEvent.disableScrollPropagation(box);
      return box;
    };
    control.addTo(app.map);
  }

  /* Ground of the prefecture that is in no medical area. */
  S.drawBare = function (layers) {
    if (!layers.data.bare.length) return;
    layers.add(['area-none'], L.polygon(S.polygons(layers.data.bare), {
      pane: 'areas', interactive: false, weight: 1.4, color: '#5B5B5B', dashArray: '2 4', className: 'bare',
      fillColor: 'url(#area-none)', fillOpacity: 1, smoothFactor: 0.7
    }));
  };

  S.nameNeighbours = function (layers) {
    layers.data.neighbours.forEach(function (n) {
      layers.labels.add({
        lat: n.lat, lon: n.lon, text: n.name, kind: 'prefecture', weight: 350, around: false, over: n.own,
        visible: function () { return true; }
      });
    });
  };

  S.features.push(function (app) {
    if (app.data.insets.length) insets(app);
  });
})(window.SpotsMap);
