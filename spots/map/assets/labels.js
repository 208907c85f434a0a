/* Names on the map. After every change of view the names are placed in order of importance, each
   at the first of its places that is free, or not at all: names never lie on each other. */
(function (S) {
  'use strict';
  var GAP = 13;

  S.Labels = function (map) {
    this.map = map;
    this.items = [];
    this.obstacles = [];
    var pane = map.createPane('names');
    pane.style.zIndex = 590;
    pane.style.pointerEvents = 'none';
    this.pane = pane;
    map.on('zoomend moveend resize', this.place, this);
    map.on('zoomanim', function () { pane.style.visibility = 'hidden'; });
    map.on('zoomend', function () { pane.style.visibility = ''; });
  };

  /* label: {lat, lon, text, kind, weight, around, minZoom, visible()} */
  S.Labels.prototype.add = function (label) {
    label.element = S.el('div', { 'class': 'name name-' + label.kind }, [label.text]);
    this.pane.appendChild(label.element);
    this.items.push(label);
  };

  /* obstacle: {lat, lon, half, visible()}: a symbol that names must not cover */
  S.Labels.prototype.avoid = function (obstacle) {
    this.obstacles.push(obstacle);
  };

  S.Labels.prototype.place = function () {
    var map = this.map, zoom = map.getZoom(), taken = [];
    this.items.sort(function (a, b) { return b.weight - a.weight; });
    var view = map.getPixelBounds(), origin = map.getPixelOrigin();
    var edge = L.bounds(view.min.subtract(origin), view.max.subtract(origin));
    this.obstacles.forEach(function (o) {
      if (!o.visible()) return;
      var p = map.latLngToLayerPoint([o.lat, o.lon]);
      taken.push([p.x - o.wide, p.y - o.half, p.x + o.wide, p.y + o.half]);
    });
    this.items.forEach(function (label) {
      var p = map.latLngToLayerPoint([label.lat, label.lon]);
      var box = label.visible() && zoom >= (label.minZoom || 0) && edge.contains(p) ? free(label, p, taken) : null;
      label.element.style.visibility = box ? 'inherit' : 'hidden';
      if (!box) return;
      taken.push(box);
      L.DomUtil.setPosition(label.element, L.point(Math.round(box[0]), Math.round(box[1])));
    });
  };

  function free(label, p, taken) {
    var w = label.element.offsetWidth, h = label.element.offsetHeight, gap = label.gap || GAP;
    var places = label.around ? [
      [p.x + gap, p.y - h / 2], [p.x - gap - w, p.y - h / 2],
      [p.x - w / 2, p.y + GAP - 1], [p.x - w / 2, p.y - GAP - h + 1]
    ] : [[p.x - w / 2, p.y - h / 2]];
    for (var i = 0; i < places.length; i += 1) {
      var box = [places[i][0], places[i][1], places[i][0] + w, places[i][1] + h];
      if (!taken.some(function (t) {
        return box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1];
      })) return box;
    }
    return null;
  }
})(window.SpotsMap);
