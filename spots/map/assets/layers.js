/* The map's layers. Every item says by which keys of the tree it is shown. */
(function (S) {
  'use strict';
  /* From the bottom: drawn base, (tiles 200), areas, municipalities, circles, spots, routes. */
  var PANES = { base: 150, areas: 310, outlines: 320, circles: 330, spots: 340, routes: 350 };

  S.Layers = function (map, data, tree) {
    this.map = map;
    this.data = data;
    this.tree = tree;
    this.items = [];
    this.routes = {};
    this.markers = {};
    Object.keys(PANES).forEach(function (name) { map.createPane(name).style.zIndex = PANES[name]; });
    map.getPane('base').style.pointerEvents = 'none';
    this.labels = new S.Labels(map);
    this.regions();
    data.facilities.forEach(this.facility, this);
  };

  /* Show layer while one of keys is on. */
  S.Layers.prototype.add = function (keys, layer) {
    var tree = this.tree;
    this.items.push({ layer: layer, wanted: function () { return tree.any(keys); } });
  };

  S.Layers.prototype.refresh = function () {
    var map = this.map;
    this.items.forEach(function (item) {
      var wanted = item.wanted();
      if (wanted && !map.hasLayer(item.layer)) map.addLayer(item.layer);
      if (!wanted && map.hasLayer(item.layer)) map.removeLayer(item.layer);
    });
    this.labels.place();
  };

  function lines(texts) {
    return S.el('div', {}, texts.filter(Boolean).map(function (t) { return S.el('div', {}, [t]); }));
  }

  S.Layers.prototype.regions = function () {
    var self = this, tree = this.tree;
    this.data.municipalities.forEach(function (m) {
      var shape = S.polygons(m.shape);
      L.polygon(shape, {
        pane: 'base', interactive: false, stroke: true, weight: 0.6, color: m.home ? '#C9C4B4' : '#CFCFCB',
        fillColor: m.home ? '#FBFAF5' : '#E9E9E6', fillOpacity: 1, smoothFactor: 0.7
      }).addTo(self.map);
      self.add(['municipalities'], L.polygon(shape, {
        pane: 'outlines', weight: m.home ? 1 : 0.8, color: '#7A7A7A', fillOpacity: 0, smoothFactor: 0.7,
        className: 'municipality'
      }).bindTooltip(function () { return lines([m.name].concat(m.note.split('\n'))); }, { sticky: true, direction: 'right', offset: [14, 0], className: 'tip' }));
      if (m.keys.indexOf('municipality-excluded') >= 0) {
        self.add(['municipality-excluded'], L.polygon(shape, {
          pane: 'areas', interactive: false, stroke: false, fillColor: 'url(#municipality-excluded)', fillOpacity: 1
        }));
      }
      self.labels.add({
        lat: m.lat, lon: m.lon, text: m.name, kind: m.home ? 'town' : 'abroad', minZoom: m.home ? 8.5 : 9.5,
        weight: (m.home ? 400 : 100) + Math.min(90, m.weight * 100), around: false,
        visible: function () { return tree.on['municipality-names']; }
      });
    });
    this.data.areas.forEach(function (a) {
      self.add(a.keys, L.polygon(S.polygons(a.shape), {
        pane: 'areas', interactive: false, weight: 2, color: '#5B5B5B', opacity: 0.9,
        fillColor: 'url(#' + a.keys[0] + ')', fillOpacity: 1, smoothFactor: 0.7
      }));
      self.labels.add({
        lat: a.lat, lon: a.lon, text: a.name, kind: 'area', weight: 500, around: false,
        visible: function () { return tree.on['area-names'] && tree.any(a.keys); }
      });
    });
  };

  S.Layers.prototype.facility = function (f) {
    var self = this;
    if (f.route.length) this.route(f);
    if (f.lon === null || f.lat === null) return;
    var card = function () { return S.card(f.card, self.data.ui, self.routeSwitch(f)); };
    if (f.circle) {
      this.add(['cut'], L.polygon(S.polygons(f.circle), {
        pane: 'circles', interactive: false, fill: false, color: '#333333', weight: 1.2, dashArray: '5 5'
      }));
    }
    if (f.spot) this.spot(f, card);
    if (f.would_be) {
      this.add(f.keys, L.circle([f.lat, f.lon], {
        pane: 'circles', interactive: false, radius: this.data.radius_m, fill: false,
        color: '#555555', weight: 1.2, dashArray: '1 5', lineCap: 'round'
      }));
    }
    if (f.hospital) this.marker(f, 'hospital', ['hospitals'], card, 100);
    if (f.state !== 'destination') this.marker(f, f.state, f.keys, card, f.state === 'not_met' ? 200 : 600);
    this.name(f);
  };

  S.Layers.prototype.spot = function (f, card) {
    var shape = S.polygons(f.spot), group = L.featureGroup();
    f.criteria.forEach(function (number, place) {
      var style = S.criterion(number);
      group.addLayer(L.polygon(shape, {
        pane: 'spots', className: 'spot', color: style.colour, weight: place ? 2 : 3, smoothFactor: 0.3,
        dashArray: place ? style.dash || '10 10' : style.dash, lineCap: 'butt',
        fill: place === 0, fillColor: style.colour, fillOpacity: 0.24, interactive: place === 0
      }));
    });
    group.bindPopup(card, this.popupOptions());
    group.bindTooltip(function () { return lines([f.name]); }, { sticky: true, className: 'tip' });
    this.add(f.keys, group);
  };

  S.Layers.prototype.popupOptions = function () {
    var size = this.map.getSize();
    return {
      minWidth: Math.min(300, size.x - 70), maxWidth: Math.min(400, size.x - 70),
      maxHeight: Math.max(180, Math.round(size.y * 0.62)), autoPanPadding: [12, 12]
    };
  };

  S.Layers.prototype.marker = function (f, kind, keys, card, front) {
    var marker = L.marker([f.lat, f.lon], {
      icon: L.divIcon({
        className: 'pin pin-' + kind, iconSize: [24, 24], iconAnchor: [12, 12], popupAnchor: [0, -8],
        html: S.symbol(kind, f.marks, f.criteria[0])
      }),
      keyboard: true, zIndexOffset: front, riseOnHover: true
    });
    marker.bindPopup(card, this.popupOptions());
    marker.bindTooltip(function () { return lines([f.name, f.card.badge]); }, { className: 'tip', offset: [10, 0] });
    marker.on('add', function () {
      var element = marker.getElement();
      element.setAttribute('aria-label', f.name + ' ' + f.card.badge);
      element.setAttribute('data-facility', f.id);
    });
    this.markers[f.id] = marker;
    this.add(keys, marker);
  };

  S.Layers.prototype.name = function (f) {
    var tree = this.tree, strong = f.state !== 'destination' && f.state !== 'not_met';
    var visible = function () { return tree.any(f.keys) || (f.hospital && tree.on.hospitals); };
    var wide = 12 + (f.state === 'designated' ? 6.5 * Math.max(0, f.marks.length - 1) : 0);
    this.labels.avoid({ lat: f.lat, lon: f.lon, half: strong ? 11 : 7, wide: strong ? wide : 7, strong: strong, visible: visible });
    this.labels.add({
      lat: f.lat, lon: f.lon, text: f.name, kind: strong ? f.state : 'hospital', around: true, gap: wide + 1, must: f.state === 'designated',
      weight: f.state === 'designated' ? 900 : strong ? 800 : 300, minZoom: strong ? 8.5 : 10.5,
      visible: function () { return tree.on.names && visible(); }
    });
  };

  /* A popup may show or hide one route against the tree, until the tree's line is clicked. */
  S.Layers.prototype.route = function (f) {
    var tree = this.tree, points = f.route.map(S.line);
    var record = { key: f.route_key, asked: null };
    record.shown = function () { return record.asked === null ? tree.on[record.key] : record.asked; };
    record.layer = L.featureGroup([
      L.polyline(points, { pane: 'routes', color: '#FFFFFF', weight: 6.5, opacity: 0.9, interactive: false }),
      L.polyline(points, { pane: 'routes', color: S.ROUTE, weight: 3.2, className: 'route' })
    ]);
    record.layer.bindTooltip(function () { return lines([f.route_label]); }, { sticky: true, className: 'tip' });
    this.items.push({ layer: record.layer, wanted: record.shown });
    this.routes[f.id] = record;
  };

  S.Layers.prototype.treeChanged = function (keys) {
    var routes = this.routes;
    Object.keys(routes).forEach(function (id) {
      if (keys.indexOf(routes[id].key) >= 0) routes[id].asked = null;
    });
    this.refresh();
  };

  S.Layers.prototype.routeSwitch = function (f) {
    var record = this.routes[f.id], self = this;
    if (!record) return null;
    return {
      shown: record.shown,
      toggle: function () {
        record.asked = !record.shown();
        self.refresh();
        var bounds = record.layer.getBounds().extend([f.lat, f.lon]);
        if (record.asked && !self.map.getBounds().contains(bounds)) self.map.fitBounds(bounds, { padding: [40, 40] });
      }
    };
  };
})(window.SpotsMap);
