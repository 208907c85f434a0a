/* Start: read the data block, build the page around folium's map, and keep both in step. */
(function (S) {
  'use strict';

  function controls(map, ui) {
    L.control.zoom({ position: 'topleft', zoomInTitle: ui.zoomIn, zoomOutTitle: ui.zoomOut }).addTo(map);
    L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);
    map.attributionControl.setPrefix('Leaflet');
    var north = L.control({ position: 'topleft' });
    north.onAdd = function () {
      return S.el('div', { 'class': 'north', 'aria-hidden': 'true' }, [
        S.svg('svg', { viewBox: '0 0 24 36', width: 24, height: 36 }, [
          S.svg('path', { d: 'M12,1 L19,20 L12,15.5 L5,20 Z', fill: '#222222' }),
          S.svg('text', { x: 12, y: 29, 'text-anchor': 'middle', 'dominant-baseline': 'central', 'font-size': 10 }, [ui.north])
        ])
      ]);
    };
    north.addTo(map);
  }

  function homeButton(map, ui, bounds) {
    var home = L.control({ position: 'topleft' });
    home.onAdd = function () {
      var button = S.el('button', { type: 'button', 'class': 'home', title: ui.home, 'aria-label': ui.home }, ['⌂']);
      button.addEventListener('click', function () { map.fitBounds(bounds, { padding: [14, 14] }); });
      L.DomEvent.disableClickPropagation(button);
      return button;
    };
    home.addTo(map);
  }

  /* Designated cities: their names stand over those of their wards. */
  function cities(data) {
    return data.cities.map(function (city) {
      var wards = data.municipalities.filter(function (m) { return city.wards.indexOf(m.code) >= 0; });
      return L.extend({}, city, { code: city.wards[0], shape: [].concat.apply([], wards.map(function (m) { return m.shape; })) });
    });
  }

  /* What the address says beside the view: layers, background, side of the panel, what is asked. */
  function parts(app) {
    var tree = app.tree, start = L.extend({}, tree.on), side = app.sides.current, view = S.viewPart(app.map, app.home);
    function changed(on) { return Object.keys(start).filter(function (key) { return tree.on[key] === on && start[key] !== on; }).join(','); }
    function layers(on) {
      return function (text) {
        var asked = (text || '').split(',');
        Object.keys(start).forEach(function (key) {
          var wanted = start[key] === on ? on : (asked.indexOf(key) >= 0) === on;
          if (start[key] !== on && tree.on[key] !== wanted) tree.set([key], wanted);
        });
      };
    }
    return app.parts.concat([
      { name: 'on', read: function () { return changed(true); }, take: layers(true) },
      { name: 'off', read: function () { return changed(false); }, take: layers(false) },
      { name: 'background', read: S.background.read, take: S.background.take },
      {
        name: 'side',
        read: function () { return app.sides.current === side || app.sides.current === 'why' ? '' : app.sides.current; },
        take: function (text) {
          var name = app.sides.names.indexOf(text) >= 0 && text !== 'why' ? text : side;
          if (name !== app.sides.current) app.sides.open(name, name === side);
        }
      },
      {
        name: 'select',
        read: function () { return app.why.asked ? app.why.asked.key : ''; },
        take: function (text, all) { app.show.take(text, Boolean(S.viewOf(all.map))); }
      },
      view
    ]);
  }

  S.start = function (map, tiles) {
    var data = JSON.parse(document.getElementById('spots-data').textContent);
    var body = document.body, box = map.getContainer();
    var bounds = L.latLngBounds([data.bounds[1], data.bounds[0]], [data.bounds[3], data.bounds[2]]);
    box.setAttribute('aria-label', data.ui.map);
    box.setAttribute('role', 'main');
    // Without the neighbours' land a blue surround would turn every prefecture into an island.
    var alone = !data.municipalities.some(function (m) { return !m.home; });
    box.classList.toggle('alone', alone);
    body.insertBefore(S.patterns(), body.firstChild);
    body.insertBefore(S.header(data), box);
    var layers = null;
    var tree = new S.Tree(data.tree, data.ui, function (keys) {
      layers.treeChanged(keys);
      if (S.app.told) S.app.told();
    });
    controls(map, data.ui);
    homeButton(map, data.ui, bounds);
    var sides = S.panel(data, tree, S.backgrounds(map, data, tiles, alone));
    sides.open('layers', true);
    body.insertBefore(sides.element, box.nextSibling);
    var app = { map: map, data: data, ui: data.ui, tree: tree, tiles: tiles, body: body, box: box, sides: sides, cities: cities(data), parts: [] };
    app.home = function () {
      map.fitBounds(bounds, { animate: false, padding: [14, 14] });
      if (app.view) app.view.start();
    };
    S.app = app;
    map.invalidateSize({ animate: false });
    map.fitBounds(bounds, { animate: false });
    layers = app.layers = new S.Layers(map, data, tree, app.cities);
    app.home();
    layers.refresh();
    var scale = function () { box.classList.toggle('overview', map.getZoom() < 10.5); };
    map.on('zoomend', scale);
    scale();
    app.why = new S.Why(app, data.ui.whyHint);
    S.map = map;
    S.layers = layers;
    S.features.forEach(function (feature) { feature(app); });
    layers.show = app.show;
    S.resized(map, sides, bounds, app.home);
    map.invalidateSize({ animate: false });
    app.home();
    addressed(app);
    body.classList.add('ready');
  };

  function addressed(app) {
    var told = parts(app), address = S.address = new S.Address(app.map, told), hash = window.location.hash;
    app.view = told[told.length - 1];
    app.view.start();
    app.why.told.push(function () { address.write(true); });
    app.sides.told.push(function (name) { address.later(); if (name === 'print') S.linkNow(); });
    app.told = function () { address.later(); };
    if (hash.length > 1) { address.now = ''; address.take(); }
    S.escapes([
      function () { return S.sheet.leave(); },
      function () { return app.modes.end() || app.measure.dismiss(); },
      function () { return app.why.close(); },
      function () { return app.sides.lower(); },
      function () {
        var caveats = app.body.querySelector('.caveats'), folded = caveats && window.getComputedStyle(caveats.firstChild).display !== 'none';
        if (!folded || !caveats.open) return false;
        caveats.open = false;
        return true;
      }
    ]);
  }
})(window.SpotsMap);
