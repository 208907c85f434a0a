/* Measuring on the map: lengths along geodesics of GRS 80, and the area of what is closed. */
(function (S) {
  'use strict';
  var SAME = 12; // pixels within which a click means the point that is there

  function km(metres) {
    return metres < 1000 ? Math.round(metres) + ' m' : (metres / 1000).toFixed(metres < 1e5 ? 2 : 1) + ' km';
  }
  function km2(square) { return square < 1e5 ? Math.round(square).toLocaleString('en-US') + ' m²' : (square / 1e6).toFixed(2) + ' km²'; }

  function Measure(app) {
    var ui = app.data.ui, self = this;
    this.app = app;
    this.points = [];
    this.group = L.layerGroup();
    this.stop = function () { self.finish(); };
    this.result = S.el('p', { 'class': 'measure-result', role: 'status' });
    this.hint = S.el('p', { 'class': 'measure-hint' }, [ui.measureHint]);
    this.buttons = {};
    this.bar = S.el('div', { 'class': 'measure', role: 'group', 'aria-label': ui.measure, hidden: true }, [
      this.result, this.hint,
      S.el('div', { 'class': 'measure-buttons' }, [
        this.button('undo', ui.measureUndo, function () { self.undo(); }),
        this.button('close', ui.measureClose, function () { self.closed = true; self.finish(); }),
        this.button('done', ui.measureDone, function () { self.finish(); }),
        this.button('clear', ui.measureClear, function () { self.clear(); })
      ])
    ]);
  }

  Measure.prototype.button = function (name, label, press) {
    this.buttons[name] = S.el('button', { type: 'button', 'data-measure': name, onclick: press }, [label]);
    return this.buttons[name];
  };

  Measure.prototype.start = function () {
    var map = this.app.map;
    this.clear();
    this.closed = false;
    this.zooms = map.doubleClickZoom.enabled();
    map.doubleClickZoom.disable();
    this.app.why.close();
    this.group.addTo(map);
    this.app.modes.start(this);
    this.draw();
  };

  Measure.prototype.busy = function () { return this.app.modes.current === this; };

  Measure.prototype.add = function (latlng) {
    var map = this.app.map, here = map.latLngToContainerPoint(latlng);
    function at(p) { return map.latLngToContainerPoint(p).distanceTo(here) < SAME; }
    var last = this.points[this.points.length - 1];
    if (last && map.latLngToContainerPoint(last).distanceTo(here) < 3) return; // the second half of a double click
    if (this.points.length > 2 && at(this.points[0])) { this.closed = true; this.finish(); return; }
    this.points.push([latlng.lat, latlng.lng]);
    this.draw();
  };
  Measure.prototype.undo = function () {
    this.closed = false;
    this.points.pop();
    this.draw();
  };
  Measure.prototype.finish = function () {
    if (this.busy()) { this.app.modes.stop(); return; } // comes back here by stop
    if (this.zooms) this.app.map.doubleClickZoom.enable();
    this.pointer = null;
    if (this.points.length < 2) { this.clear(); return; }
    this.draw();
  };
  Measure.prototype.clear = function () {
    this.points = [];
    this.closed = false;
    if (this.busy()) this.app.modes.stop();
    this.group.clearLayers().remove();
    this.bar.hidden = true;
  };

  /* False where no measurement is shown. */
  Measure.prototype.dismiss = function () {
    if (this.bar.hidden) return false;
    this.clear();
    return true;
  };

  /* What is said: a length, an area from three points on, and of a closed shape its circumference. */
  Measure.prototype.words = function (points) {
    var ui = this.app.data.ui, n = points.length, said = [];
    if (n < 2) return [ui.measureStart];
    var ring = this.closed ? points.concat([points[0]]) : points;
    said.push((this.closed ? ui.around : ui.length).replace('{m}', km(S.geodesic.length(ring))));
    if (n > 2) said.push((this.closed ? ui.area : ui.areaIf).replace('{m}', km2(S.geodesic.area(points))));
    return said;
  };

  Measure.prototype.draw = function () {
    var group = this.group.clearLayers(), points = this.points, busy = this.busy(), n = points.length;
    var shown = busy && this.pointer && n ? points.concat([this.pointer]) : points;
    var line = this.closed ? points.concat([points[0]]) : shown, plain = { pane: 'measure', interactive: false };
    if (this.closed) group.addLayer(L.polygon(points, L.extend({ stroke: false, fillColor: '#111111', fillOpacity: 0.14 }, plain)));
    group.addLayer(L.polyline(line, L.extend({ color: '#FFFFFF', weight: 6, opacity: 0.9 }, plain)));
    group.addLayer(L.polyline(line, L.extend({ color: '#111111', weight: 2.6, dashArray: '7 5', className: 'measured' }, plain)));
    points.forEach(function (p) {
      group.addLayer(L.circleMarker(p, L.extend({ radius: 4.5, color: '#111111', weight: 2, fillColor: '#FFFFFF', fillOpacity: 1, className: 'measure-point' }, plain)));
    });
    if (!busy && n > 1) {
      group.addLayer(L.tooltip({ permanent: true, direction: 'auto', offset: [8, 0], className: 'tip measure-tip', interactive: false })
        .setLatLng(points[n - 1]).setContent(S.lines(this.words(points))));
    }
    this.result.textContent = this.words(shown).join(this.app.data.ui.comma);
    this.hint.hidden = !busy;
    this.buttons.undo.disabled = !n;
    this.buttons.undo.hidden = this.buttons.done.hidden = !busy;
    this.buttons.close.hidden = !busy || n < 3;
    this.bar.hidden = false;
  };

  Measure.prototype.key = function (event) {
    var map = this.app.map;
    if (!this.busy() || event.isComposing || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    var onButton = event.target.tagName === 'BUTTON' || event.target.tagName === 'A';
    if (event.key === 'Escape') this.clear();
    else if (event.key === 'Backspace') this.undo();
    else if (event.key === 'Enter' && !onButton) this.finish();
    else if (event.key === ' ' && !onButton) this.add(map.getCenter());
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  S.features.push(function (app) {
    var map = app.map, measure = new Measure(app);
    app.measure = measure;
    map.createPane('measure').style.zIndex = 620;
    map.getPane('measure').style.pointerEvents = 'none';
    app.body.insertBefore(measure.bar, app.box.nextSibling);
    measure.button = S.tool(app, 'measure', app.data.ui.measure, 'M1.5,13.5 L13.5,1.5 L18.5,6.5 L6.5,18.5 Z M4.5,10.5 L6.5,12.5 M7.5,7.5 L10,10 M10.5,4.5 L12.5,6.5', function () {
      if (measure.busy()) measure.finish();
      else { app.say(''); measure.start(); }
    });
    map.on('click', function (event) { if (measure.busy()) measure.add(event.latlng); });
    map.on('dblclick', function () { if (measure.busy()) measure.finish(); });
    map.on('mousemove', function (event) {
      if (!measure.busy() || !measure.points.length) return;
      measure.pointer = [event.latlng.lat, event.latlng.lng];
      measure.draw();
    });
    // Capturing: Leaflet's own keys must not see those that mean something here.
    document.addEventListener('keydown', function (event) { measure.key(event); }, true);
  });
})(window.SpotsMap);
