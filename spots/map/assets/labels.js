/* Names on the map. After every change of view the names are placed in order of importance, each
   at the first of its places that is free, or not at all: names never lie on each other. */
(function (S) {
  'use strict';
  var GAP = 13, LONGEST = 11;

  /* Break a long name into lines of equal length, at a space if there is one near. */
  function folded(text) {
    var rest = Array.from(text.replace(/\s+/g, ' ').trim()), lines = [];
    for (var count = Math.ceil(rest.length / LONGEST); count > 0; count -= 1) {
      var cut = Math.ceil(rest.length / count), space = rest.lastIndexOf(' ', cut);
      if (count > 1 && space > cut / 2) cut = space + 1;
      while ('ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々、。）」'.indexOf(rest[cut] || ' ') >= 0) cut += 1;
      lines.push(rest.splice(0, count > 1 ? cut : rest.length).join('').trim());
    }
    return lines.join('\n');
  }

  S.Labels = function (map) {
    this.map = map;
    this.items = [];
    this.obstacles = [];
    var pane = map.createPane('names');
    pane.style.zIndex = 605;
    pane.style.pointerEvents = 'none';
    this.pane = pane;
    map.on('zoomend moveend resize', this.place, this);
    map.on('zoomanim', function () { pane.style.visibility = 'hidden'; });
    map.on('zoomend', function () { pane.style.visibility = ''; });
  };

  /* label: {lat, lon, text, kind, weight, around, gap, must, minZoom, visible()} */
  S.Labels.prototype.add = function (label) {
    label.element = S.el('div', { 'class': 'name name-' + label.kind }, [folded(label.text)]);
    this.pane.appendChild(label.element);
    this.items.push(label);
  };

  /* obstacle: {lat, lon, half, wide, strong, visible()}: a symbol that names should not cover */
  S.Labels.prototype.avoid = function (obstacle) {
    this.obstacles.push(obstacle);
  };

  /* Sizes are read together and only once: reading one after writing another makes the browser lay
     out the page again for every name. Call forget() when the size of letters changes. */
  S.Labels.prototype.measure = function () {
    this.items.forEach(function (label) {
      if (!label.size) label.size = [label.element.offsetWidth, label.element.offsetHeight];
    });
  };

  S.Labels.prototype.forget = function () {
    this.items.forEach(function (label) { label.size = null; });
  };

  S.Labels.prototype.place = function () {
    var map = this.map, zoom = map.getZoom(), names = [], symbols = [], strong = [];
    this.items.sort(function (a, b) { return b.weight - a.weight; });
    this.measure();
    var view = map.getPixelBounds(), origin = map.getPixelOrigin();
    var edge = L.bounds(view.min.subtract(origin), view.max.subtract(origin));
    this.obstacles.forEach(function (o) {
      if (!o.visible()) return;
      var p = map.latLngToLayerPoint([o.lat, o.lon]), box = [p.x - o.wide, p.y - o.half, p.x + o.wide, p.y + o.half];
      symbols.push(box);
      if (o.strong) strong.push(box);
    });
    this.items.forEach(function (label) {
      var p = map.latLngToLayerPoint([label.lat, label.lon]), box = null;
      if (label.visible() && zoom >= (label.minZoom || 0) && edge.contains(p)) {
        var places = around(label, p), whole = places.filter(function (b) { return within(b, edge); });
        box = first(whole, names.concat(symbols));
        // The name of a spot matters more than the symbol of a hospital, or than any symbol; only
        // it may be cut off at the edge of the view rather than be left out.
        if (!box && label.must) box = first(whole, names.concat(strong)) || first(whole, names) || first(places, names);
      }
      label.element.style.visibility = box ? 'inherit' : 'hidden';
      if (!box) return;
      names.push(box);
      L.DomUtil.setPosition(label.element, L.point(Math.round(box[0]), Math.round(box[1])));
    });
  };

  function around(label, p) {
    var w = label.size[0], h = label.size[1], gap = label.gap || GAP;
    var corners = [[p.x - w / 2, p.y - h / 2]];
    if (label.around) {
      var east = p.x + gap, west = p.x - gap - w, mid = p.x - w / 2;
      var north = p.y - GAP - h + 2, south = p.y + GAP - 2, level = p.y - h / 2;
      corners = [[east, level], [west, level], [mid, south], [mid, north],
        [east - 4, south - 6], [west + 4, south - 6], [east - 4, north + 6], [west + 4, north + 6]];
    }
    return corners.map(function (c) { return [c[0], c[1], c[0] + w, c[1] + h]; });
  }

  function within(box, edge) {
    return box[0] >= edge.min.x && box[1] >= edge.min.y && box[2] <= edge.max.x && box[3] <= edge.max.y;
  }

  function first(boxes, taken) {
    for (var i = 0; i < boxes.length; i += 1) {
      var box = boxes[i];
      if (!taken.some(function (t) {
        return box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1];
      })) return box;
    }
    return null;
  }
})(window.SpotsMap);
