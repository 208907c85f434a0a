/* Start: read the data block and build the page around folium's map. */
(function (S) {
  'use strict';
  function button(map, position, name, sign, label, click) {
    var control = L.control({ position: position });
    control.onAdd = function () {
      var element = S.el('button', { type: 'button', 'class': 'tool ' + name, title: label, 'aria-label': label }, [sign]);
      element.addEventListener('click', click);
      L.DomEvent.disableClickPropagation(element);
      return element;
    };
    control.addTo(map);
  }

  function north(map, ui) {
    var control = L.control({ position: 'topleft' });
    control.onAdd = function () {
      return S.el('div', { 'class': 'north', 'aria-hidden': 'true' }, [S.svg('svg', { viewBox: '0 0 24 38', width: 24, height: 38 }, [
        S.svg('path', { d: 'M12,1 L19,20 L12,15.5 L5,20 Z', fill: '#222222' }),
        S.svg('text', { x: 12, y: 29, 'text-anchor': 'middle', 'dominant-baseline': 'central', 'font-size': 10 }, [ui.north])
      ])]);
    };
    control.addTo(map);
  }

  /* The ground that changed and the facilities whose verdict did; null where there is none. */
  function changedBounds(data) {
    var bounds = L.latLngBounds([]);
    [data.gained, data.lost].forEach(function (shape) {
      if (shape.length) bounds.extend(L.polygon(S.polygons(shape)).getBounds());
    });
    data.facilities.forEach(function (f) {
      if (f.lon !== null && f.kind !== 'evidence') bounds.extend([f.lat, f.lon]);
    });
    return bounds.isValid() ? bounds.pad(0.15) : null;
  }

  /* Mode, side of the panel, what is asked and the view stand in the address; Escape ends them. */
  function addressed(app, modes) {
    var layers = app.layers, sides = app.sides, first = sides.current, view = app.view = S.viewPart(app.map, app.home);
    var address = S.address = new S.Address(app.map, [
      { name: 'mode', read: function () { return layers.mode === 'change' ? '' : layers.mode; }, take: function (text) { modes.show(modes.names.indexOf(text) >= 0 ? text : 'change'); } },
      {
        name: 'side',
        read: function () { return sides.current === first || sides.current === 'why' ? '' : sides.current; },
        take: function (text) {
          var name = sides.names.indexOf(text) >= 0 && text !== 'why' ? text : first;
          if (name !== sides.current) sides.open(name, name === first);
        }
      },
      {
        name: 'select',
        read: function () { return app.why.asked ? app.why.asked.key : ''; },
        take: function (text, all) {
          var found = app.data.facilities.filter(function (f) { return 'facility:' + f.id === text; })[0];
          if (found) layers.open(found, null, Boolean(S.viewOf(all.map)));
          else app.why.close();
        }
      },
      view
    ]);
    view.start();
    modes.told = function () { address.later(); };
    app.why.told.push(function () { address.write(true); });
    sides.told.push(function (name) { address.later(); if (name === 'print') S.linkNow(); });
    if (window.location.hash.length > 1) { address.now = ''; address.take(); }
    S.escapes([function () { return S.leavePrint(); }, function () { return app.why.close(); }, function () { return sides.lower(); }]);
  }

  S.compare = function (map, tiles) {
    var data = JSON.parse(document.getElementById('spots-data').textContent), ui = data.ui;
    var body = document.body, box = map.getContainer(), changed = changedBounds(data);
    var whole = L.latLngBounds([data.bounds[1], data.bounds[0]], [data.bounds[3], data.bounds[2]]);
    box.setAttribute('aria-label', ui.map);
    box.setAttribute('role', 'main');
    box.classList.toggle('alone', !data.municipalities.some(function (m) { return !m.home; }));
    body.insertBefore(S.patterns(), body.firstChild);
    body.insertBefore(S.header(data), box);
    L.control.zoom({ position: 'topleft', zoomInTitle: ui.zoomIn, zoomOutTitle: ui.zoomOut }).addTo(map);
    button(map, 'topleft', 'home', '⌂', ui.home, function () { map.fitBounds(whole); });
    if (changed) button(map, 'topleft', 'changes', '±', ui.changes, function () { map.fitBounds(changed, { maxZoom: 12 }); });
    north(map, ui);
    L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);
    map.attributionControl.setPrefix('Leaflet');
    map.fitBounds(whole, { animate: false });
    var layers = new S.Layers(map, data), app = { map: map, data: data, ui: ui, box: box, layers: layers, tiles: tiles.pale };
    var modes = S.modes(map, layers, ui);
    body.insertBefore(S.el('section', { 'class': 'modes-side', 'aria-label': ui.modes }, [modes.element]), box);
    app.sides = S.panel(app);
    app.why = layers.why = new S.Why(app, ui.whyHint);
    body.insertBefore(app.sides.element, box.nextSibling);
    app.home = function () {
      map.fitBounds(whole, { animate: false });
      if (app.view) app.view.start();
    };
    S.resized(map, app.sides, whole, app.home);
    map.invalidateSize({ animate: false });
    map.fitBounds(whole, { animate: false });
    modes.show('change');
    var scale = function () { box.classList.toggle('overview', map.getZoom() < 10.5); };
    map.on('zoomend', scale);
    scale();
    S.preparePrint(map, data, layers);
    S.map = map;
    S.layers = layers;
    addressed(app, modes);
    body.classList.add('ready');
  };
})(window.SpotsMap);
