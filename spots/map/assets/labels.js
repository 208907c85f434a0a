/* Names on the map. After every change of view the names are placed in order of importance, each
   at the first of its places that is free, or not at all: names never lie on each other. A name that
   must be there is put farther off, with a line to its symbol, and shortened before it is left out. */
(function (S) {
  'use strict';
  var GAP = 13, LONGEST = 11;
  var SHORT = 7; // letters of a name that is shortened
  var ROUND = 24, RINGS = [30, 46, 64, 86, 112, 142, 178, 220, 270, 330, 400, 480, 570, 680]; // directions, pixels from the symbol
  var FREE = 3; // pixels between a symbol and the line to its name
  var CROSSED = 400, STEP = 6; // pixels of way that one crossing is worth; between the dots of a line

  /* The nearest place to break a line that is not within a word of katakana: センター stays whole. */
  function whole(letters, cut) {
    function torn(k) { return /[ァ-ヺー]/.test(letters[k - 1] || '') && /[ァ-ヺー]/.test(letters[k] || ''); }
    for (var off = 0; off < 6; off += 1) {
      if (!torn(cut - off)) return cut - off;
      if (!torn(cut + off)) return cut + off;
    }
    return cut;
  }

  /* Break a long name into lines of equal length, at a space if there is one near. */
  function folded(text) {
    var rest = Array.from(text.replace(/\s+/g, ' ').trim()), lines = [];
    for (var count = Math.ceil(rest.length / LONGEST); count > 0; count -= 1) {
      var cut = Math.ceil(rest.length / count), space = rest.lastIndexOf(' ', cut);
      if (count > 1 && space > cut / 2) cut = space + 1;
      else cut = whole(rest, cut);
      while ('ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々、。）」'.indexOf(rest[cut] || ' ') >= 0) cut += 1;
      lines.push(rest.splice(0, count > 1 ? cut : rest.length).join('').trim());
    }
    return lines.join('\n');
  }

  S.Labels = function (map) {
    this.map = map;
    this.items = [];
    this.obstacles = [];
    this.first = []; // ids whose names come before all others
    var pane = map.createPane('names');
    pane.style.zIndex = 605;
    pane.style.pointerEvents = 'none';
    this.pane = pane;
    this.leaders = pane.appendChild(S.svg('svg', { 'class': 'leaders', width: 1, height: 1, 'aria-hidden': 'true', focusable: 'false' }, []));
    map.on('zoomend moveend resize', this.place, this);
    map.on('zoomanim', function () { pane.style.visibility = 'hidden'; });
    map.on('zoomend', function () { pane.style.visibility = ''; });
  };

  /* label: {id, lat, lon, text, kind, weight, around, gap, must, minZoom, over, visible()}; over: may lie on symbols */
  S.Labels.prototype.add = function (label) {
    label.element = S.el('div', { 'class': 'name name-' + label.kind }, [folded(label.text)]);
    this.pane.appendChild(label.element);
    this.items.push(label);
  };

  /* obstacle: {lat, lon, half, wide, strong, visible()}: a symbol that names should not cover */
  S.Labels.prototype.avoid = function (obstacle) {
    this.obstacles.push(obstacle);
  };

  /* Names and symbols of facilities go; those of places stay. */
  S.Labels.prototype.clear = function () {
    var pane = this.pane;
    this.items = this.items.filter(function (label) {
      if (label.own) pane.removeChild(label.element);
      return !label.own;
    });
    this.obstacles = this.obstacles.filter(function (obstacle) { return !obstacle.own; });
  };

  /* Sizes are read together and only once: reading one after writing another makes the browser lay
     out the page again for every name. Call forget() when the size of letters changes. */
  S.Labels.prototype.measure = function () {
    this.items.forEach(function (label) {
      if (!label.size) label.size = [label.element.offsetWidth, label.element.offsetHeight];
    });
  };

  S.Labels.prototype.forget = function () {
    this.items.forEach(function (label) { label.size = label.whole = label.brief = null; });
  };

  /* What lies over the map where names would not be seen: its buttons, a corner of a sheet, an inset. */
  S.Labels.prototype.covers = function () {
    var map = this.map, frame = map.getContainer().getBoundingClientRect();
    return Array.from(map.getContainer().querySelectorAll('.leaflet-control, [data-covers]')).map(function (element) {
      var box = element.getBoundingClientRect();
      var from = map.containerPointToLayerPoint([box.left - frame.left, box.top - frame.top]);
      return [from.x - 2, from.y - 2, from.x + box.width + 2, from.y + box.height + 2];
    }).filter(function (box) { return box[2] - box[0] > 4; });
  };

  S.Labels.prototype.order = function () {
    var first = this.first;
    function rank(label) { return (label.must ? 1e4 : 0) + (first.indexOf(label.id) >= 0 ? 1e5 : 0) + label.weight; }
    this.items.sort(function (a, b) { return rank(b) - rank(a); });
  };

  S.Labels.prototype.place = function () {
    var map = this.map, zoom = map.getZoom(), self = this, symbols = [], strong = [], taken = this.covers(), leaders = this.leaders;
    var view = map.getPixelBounds(), origin = map.getPixelOrigin();
    var edge = L.bounds(view.min.subtract(origin), view.max.subtract(origin));
    this.names = [];
    this.lines = [];
    this.order();
    this.items.forEach(function (label) { if (label.short) self.spell(label, false); });
    this.measure();
    S.clear(leaders);
    this.obstacles.forEach(function (o) {
      if (!o.visible()) return;
      var p = map.latLngToLayerPoint([o.lat, o.lon]), box = [p.x - o.wide, p.y - o.half, p.x + o.wide, p.y + o.half];
      symbols.push(box);
      if (o.strong) strong.push(box);
    });
    this.items.forEach(function (label) {
      var p = map.latLngToLayerPoint([label.lat, label.lon]), must = label.must || self.first.indexOf(label.id) >= 0, box = null;
      if (label.visible() && (must || zoom >= (label.minZoom || 0)) && edge.contains(p)) {
        box = free(around(label, p), edge, taken.concat(symbols, self.lines));
        if (!box && label.roam) box = free(around(label, p), edge, taken.concat(strong)) || free(around(label, p), edge, taken);
        if (!box && label.over) box = free(around(label, p), edge, taken);
        if (!box && must) box = self.force(label, p, edge, taken, symbols, strong);
      }
      label.element.style.visibility = box ? 'inherit' : 'hidden';
      if (!box) return;
      taken.push(box);
      self.names.push(box);
      L.DomUtil.setPosition(label.element, L.point(Math.round(box[0]), Math.round(box[1])));
    });
  };

  /* The name of a spot matters more than the symbol of a hospital. A whole name a little farther off, with
     a line, is better than a shortened one beside the symbol, and that better than a long line. */
  S.Labels.prototype.force = function (label, p, edge, taken, symbols, strong) {
    var all = taken.concat(strong), self = this, box;
    function beside(boxes) { return free(around(label, p), edge, boxes); }
    function led(boxes, rings) { return self.led(label, p, edge, boxes, rings); }
    box = beside(all) || led(taken.concat(symbols), 3) || led(all, 4);
    if (box) return box;
    this.spell(label, true);
    box = beside(all) || led(all, 5);
    if (box) return box;
    this.spell(label, false);
    box = led(all, RINGS.length);
    if (box) return box;
    this.spell(label, true);
    return led(all, RINGS.length) || beside(taken) || this.anywhere(label, p, edge, taken);
  };

  /* The nearest of all places on the screen where no other name is. */
  S.Labels.prototype.anywhere = function (label, p, edge, taken) {
    var w = label.size[0], h = label.size[1], all = [], box, line;
    for (var y = edge.min.y; y + h <= edge.max.y; y += h) {
      for (var x = edge.min.x; x + w <= edge.max.x; x += w / 2) all.push([x, y, x + w, y + h]);
    }
    function off(b) { return Math.abs(b[0] + w / 2 - p.x) + Math.abs(b[1] + h / 2 - p.y); }
    box = all.filter(function (b) { return !hits(b, taken); }).sort(function (a, b) { return off(a) - off(b); })[0] || null;
    line = box && between(p, box, GAP);
    if (line) this.lead(line);
    return box;
  };

  /* A place on rings around the symbol, and the line to it: near, and across as little as can be. */
  S.Labels.prototype.led = function (label, p, edge, taken, rings) {
    var w = label.size[0], h = label.size[1], start = label.around ? (label.gap || GAP) - 1 : 3, best = null, box, line, cost, k, r, turn, x, y;
    if (!label.around && !label.must) return null;
    for (r = 0; r < rings; r += 1) {
      for (k = 0; k < ROUND; k += 1) {
        turn = (k % 2 ? -1 : 1) * Math.ceil(k / 2) * 2 * Math.PI / ROUND; // east first, then to both sides
        x = p.x + RINGS[r] * Math.cos(turn) + w / 2 * (Math.cos(turn) - 1);
        y = p.y + RINGS[r] * Math.sin(turn) + h / 2 * (Math.sin(turn) - 1);
        box = [x, y, x + w, y + h];
        if (!within(box, edge) || hits(box, taken)) continue;
        line = between(p, box, start);
        cost = RINGS[r] + CROSSED * (line ? crossings(line, this.names) + crossings(line, this.lines) : 0);
        if (!best || cost < best.cost) best = { cost: cost, box: box, line: line };
      }
      if (best && best.cost < CROSSED) break;
    }
    if (best && best.line) this.lead(best.line);
    return best && best.box;
  };

  S.Labels.prototype.lead = function (line) {
    var from = { x1: line[0], y1: line[1], x2: line[2], y2: line[3] };
    dots(line).forEach(function (dot) { this.lines.push([dot[0] - 2, dot[1] - 2, dot[0] + 2, dot[1] + 2]); }, this);
    this.leaders.appendChild(S.svg('line', L.extend({ 'class': 'leader-edge' }, from)));
    this.leaders.appendChild(S.svg('line', L.extend({ 'class': 'leader' }, from)));
  };

  /* A name in few letters, or whole again. */
  S.Labels.prototype.spell = function (label, short) {
    var letters = Array.from(label.text.trim());
    if (letters.length <= SHORT) return;
    label.short = short;
    label.element.classList.toggle('name-short', short);
    label.element.textContent = short ? letters.slice(0, SHORT).join('') + '…' : folded(label.text);
    if (short && !label.brief) label.brief = [label.element.offsetWidth, label.element.offsetHeight];
    if (short) label.whole = label.size;
    label.size = short ? label.brief : label.whole;
  };

  function around(label, p) {
    var w = label.size[0], h = label.size[1], gap = label.gap || GAP;
    var corners = [[p.x - w / 2, p.y - h / 2]];
    if (label.around) {
      var east = p.x + gap, west = p.x - gap - w, mid = p.x - w / 2;
      var north = p.y - GAP - h + 2, south = p.y + GAP - 2, level = p.y - h / 2;
      corners = [[east, level], [west, level], [mid, south], [mid, north],
        [east - 4, south - 6], [west + 4, south - 6], [east - 4, north + 6], [west + 4, north + 6]];
    } else if (label.roam) {
      [h, 2 * h, 3 * h].forEach(function (far) {
        corners.push([p.x - w / 2, p.y - h / 2 - far], [p.x - w / 2, p.y - h / 2 + far], [p.x - w / 2 - far, p.y - h / 2], [p.x - w / 2 + far, p.y - h / 2],
          [p.x - w / 2 - far, p.y - h / 2 - far], [p.x - w / 2 + far, p.y - h / 2 + far], [p.x - w / 2 + far, p.y - h / 2 - far], [p.x - w / 2 - far, p.y - h / 2 + far]);
      });
    }
    return corners.map(function (c) { return [c[0], c[1], c[0] + w, c[1] + h]; });
  }

  /* The line from a symbol to the nearest side of a box; null where they nearly touch. */
  function between(p, box, start) {
    var x = Math.max(box[0], Math.min(p.x, box[2])), y = Math.max(box[1] + 2, Math.min(p.y, box[3] - 2));
    var far = Math.sqrt((x - p.x) * (x - p.x) + (y - p.y) * (y - p.y));
    return far <= start + FREE ? null : [p.x + (x - p.x) * start / far, p.y + (y - p.y) * start / far, x, y];
  }
  function dots(line) {
    var count = Math.max(1, Math.ceil(Math.max(Math.abs(line[2] - line[0]), Math.abs(line[3] - line[1])) / STEP)), found = [];
    for (var i = 0; i <= count; i += 1) found.push([line[0] + (line[2] - line[0]) * i / count, line[1] + (line[3] - line[1]) * i / count]);
    return found;
  }
  /* How many boxes a line runs through. */
  function crossings(line, boxes) {
    var all = dots(line);
    return boxes.filter(function (b) { return all.some(function (d) { return d[0] > b[0] && d[0] < b[2] && d[1] > b[1] && d[1] < b[3]; }); }).length;
  }

  function within(box, edge) {
    return box[0] >= edge.min.x && box[1] >= edge.min.y && box[2] <= edge.max.x && box[3] <= edge.max.y;
  }
  function hits(box, taken) {
    return taken.some(function (t) { return box[0] < t[2] && box[2] > t[0] && box[1] < t[3] && box[3] > t[1]; });
  }
  function free(boxes, edge, taken) {
    return boxes.filter(function (box) { return within(box, edge) && !hits(box, taken); })[0] || null;
  }
})(window.SpotsMap);
