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

  function panelToggle(body, ui, map) {
    var button = S.el('button', { type: 'button', 'class': 'panel-toggle' });
    function show(open) {
      body.classList.toggle('panel-closed', !open);
      button.textContent = open ? '×' : '☰';
      button.setAttribute('aria-expanded', String(open));
      button.setAttribute('aria-label', open ? ui.panelClose : ui.panelOpen);
      map.invalidateSize({ animate: false });
    }
    button.addEventListener('click', function () { show(body.classList.contains('panel-closed')); });
    /* Where the panel lies over the map, it makes way for what it led to, or comes for what it holds. */
    S.phonePanel = function (open) { if (window.innerWidth <= 700) show(open); };
    show(window.innerWidth > 700);
    return button;
  }

  S.start = function (map, tiles) {
    var data = JSON.parse(document.getElementById('spots-data').textContent);
    var body = document.body, box = map.getContainer();
    var bounds = L.latLngBounds([data.bounds[1], data.bounds[0]], [data.bounds[3], data.bounds[2]]);
    box.setAttribute('aria-label', data.ui.map);
    // Without the neighbours' land a blue surround would turn every prefecture into an island.
    var alone = !data.municipalities.some(function (m) { return !m.home; });
    box.classList.toggle('alone', alone);
    body.insertBefore(S.patterns(), body.firstChild);
    body.insertBefore(S.header(data), box);
    var layers = null;
    var tree = new S.Tree(data.tree, data.ui, function (keys) { layers.treeChanged(keys); });
    controls(map, data.ui);
    homeButton(map, data.ui, bounds);
    body.insertBefore(S.panel(data, tree, S.backgrounds(map, data, tiles, alone)), box.nextSibling);
    map.invalidateSize({ animate: false });
    map.fitBounds(bounds, { animate: false });
    layers = new S.Layers(map, data, tree);
    body.insertBefore(panelToggle(body, data.ui, map), box.nextSibling);
    map.fitBounds(bounds, { animate: false });
    layers.refresh();
    var scale = function () { box.classList.toggle('overview', map.getZoom() < 10.5); };
    map.on('zoomend', scale);
    scale();
    S.map = map;
    S.layers = layers;
    var app = { map: map, data: data, tree: tree, layers: layers, tiles: tiles, body: body, box: box };
    S.features.forEach(function (feature) { feature(app); });
    map.invalidateSize({ animate: false });
    map.fitBounds(bounds, { animate: false, padding: [14, 14] });
    body.classList.add('ready');
  };
})(window.SpotsMap);
