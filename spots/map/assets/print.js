/* Paper: one landscape sheet, from the page's buttons or from the browser's own menu. The sheet is
   laid out at paper size before the browser asks for it, so that the map draws itself for it. */
(function (S) {
  'use strict';
  var MM = 96 / 25.4; // CSS pixels
  var ROUND = [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 7.5, 8];
  var LOST = 30; // names of facilities without a position before the rest is only counted

  function metresPerPixel(map, zoom) {
    return 40075016.686 * Math.cos(map.getCenter().lat * Math.PI / 180) / (256 * Math.pow(2, zoom));
  }
  /* The denominator of a scale at a zoom, and the next round one that shows no less. */
  function denominator(map, zoom) { return metresPerPixel(map, zoom) * MM * 1000; }
  function rounded(n) {
    var power = Math.pow(10, Math.floor(Math.log(n) / Math.LN10 + 1e-9));
    var step = ROUND.filter(function (digit) { return digit * power >= n - 0.5; })[0] || 10;
    return step * power;
  }
  function grouped(n) { return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ','); }
  function today(lang) {
    var d = new Date(), two = function (n) { return (n < 10 ? '0' : '') + n; };
    if (lang === 'ja') return d.getFullYear() + '年' + (d.getMonth() + 1) + '月' + d.getDate() + '日';
    return d.getFullYear() + '-' + two(d.getMonth() + 1) + '-' + two(d.getDate());
  }

  /* A bar of round length whose millimetres are those of the sheet. */
  function scaleBar(n, most) {
    var longest = (most || 50) * n / 1e6, power = Math.pow(10, Math.floor(Math.log(longest) / Math.LN10)); // km in 50 mm
    var km = [5, 2, 1].filter(function (digit) { return digit * power <= longest; })[0] * power, mm = km * 1e6 / n;
    var parts = [0, 1, 2, 3].map(function (k) {
      return S.svg('rect', { x: k * mm / 4 + 'mm', y: '4mm', width: mm / 4 + 'mm', height: '1.4mm', fill: k % 2 ? '#FFFFFF' : '#111111', stroke: '#111111', 'stroke-width': '0.2mm' });
    });
    var marks = (mm < 14 ? [0, 1] : [0, 0.5, 1]).map(function (k) {
      return S.svg('text', { x: k * mm + 'mm', y: '3mm', 'text-anchor': 'middle', 'font-size': '2.6mm' }, [k * km + (k === 1 ? ' km' : '')]);
    });
    return S.svg('svg', { 'class': 'bar', width: mm + 'mm', height: '6mm', 'data-mm': mm, 'data-km': km }, parts.concat(marks));
  }

  S.scaleBar = scaleBar;

  /* The zoom of a map at the next round scale that shows no less than now. */
  S.sheetScale = function (map) {
    var zoom = map.getZoom(), exact = denominator(map, zoom), n = rounded(exact);
    return { denominator: n, zoom: zoom - Math.log(n / exact) / Math.LN2, text: grouped(n) };
  };

  function corner(app, n, paper) {
    var north = S.svg('svg', { viewBox: '0 0 24 34', 'class': 'arrow' }, [
      S.svg('path', { d: 'M12,1 L19,20 L12,15.5 L5,20 Z', fill: '#222222' }),
      S.svg('text', { x: 12, y: 29, 'text-anchor': 'middle', 'dominant-baseline': 'central', 'font-size': 10 }, [app.data.ui.north])
    ]);
    var text = app.data.ui.scaleAbout.replace('{n}', grouped(n)).replace('{paper}', paper.toUpperCase());
    return S.el('div', { 'class': 'sheet-corner', 'data-covers': true }, [north, S.el('div', {}, [scaleBar(n), S.el('p', {}, [text])])]);
  }

  /* Into the corner where the box hides least of the prefecture. */
  function settle(app, element) {
    var map = app.map, size = map.getSize(), wide = element.offsetWidth + 2 * MM * 2, high = element.offsetHeight + 2 * MM * 2;
    var corners = ['left bottom', 'left top', 'right top'].map(function (name) {
      var x = name.indexOf('left') === 0 ? 0 : size.x - wide, y = name.indexOf('top') > 0 ? 0 : size.y - high;
      var box = L.latLngBounds(map.containerPointToLatLng([x, y]), map.containerPointToLatLng([x + wide, y + high]));
      return { name: name, hidden: hiddenBy(app.data, box) };
    });
    corners.sort(function (a, b) { return a.hidden - b.hidden; });
    element.className += ' ' + corners[0].name;
  }
  function hiddenBy(data, box) {
    var count = 0;
    data.facilities.forEach(function (f) { if (f.lon !== null && f.keys.length && box.contains([f.lat, f.lon])) count += 1000; });
    data.municipalities.forEach(function (m) {
      if (!m.home) return;
      S.polygons(m.shape).forEach(function (rings) { rings[0].forEach(function (point) { if (box.contains(point)) count += 1; }); });
    });
    return count;
  }

  /* Paper has no panel: the catchment is that of a hospital with a name. */
  function named(app) {
    var found = app.data.facilities.filter(function (f) { return f.id === app.layers.current; })[0];
    return found ? app.data.ui.catchmentOf.replace('{name}', found.name) : '';
  }

  /* Lines of the legend for what is drawn now, and nothing else. */
  function legendLine(app, node, inside) {
    var whose = node.key === 'catchment' ? named(app) : '';
    if (!node.children.length) {
      if (!node.swatch || !app.tree.on[node.key] || node.count === '0' || !S.onSheet(app, node)) return null;
    } else if (!inside.length) return null;
    return S.el('li', { 'class': inside.length ? 'branch' : '' }, [
      S.el('div', { 'class': 'line' }, [
        node.swatch ? S.swatch(node.swatch) : null,
        S.el('span', { 'class': 'text' }, [whose || node.label]),
        node.count && !whose ? S.el('span', { 'class': 'count' }, [node.count]) : null
      ]),
      node.note ? S.el('p', { 'class': 'note' }, [node.note]) : null,
      inside.length ? S.el('ul', {}, inside) : null
    ]);
  }
  function legend(app, nodes) {
    return nodes.map(function (node) { return legendLine(app, node, legend(app, node.children)); }).filter(Boolean);
  }
  S.onSheet = function (app, node) {
    if (node.key.slice(0, 5) === 'road-') return !S.tilesShown() && app.map.getZoom() >= S.road(node.key).from;
    return node.key !== 'catchment' || app.data.around.catchments.some(function (c) { return c.facility_id === app.layers.current; });
  };

  function side(app) {
    var ui = app.data.ui, joint = app.data.lang === 'ja' ? '、' : ', ';
    var lost = app.data.facilities.filter(function (f) { return f.lon === null; });
    var names = lost.slice(0, LOST).map(function (f) { return f.name; }).join(joint);
    return S.el('div', { 'class': 'sheet sheet-side' }, [
      S.el('h2', {}, [ui.legend]),
      S.el('ul', { 'class': 'legend' }, legend(app, app.data.tree)),
      lost.length ? S.el('div', { 'class': 'sheet-lost' }, [
        S.el('h3', {}, [ui.unlocated + S.bracketed(lost.length)]), S.el('p', {}, [names + (lost.length > LOST ? ' …' : '')])
      ]) : null
    ]);
  }

  function head(app) {
    return S.el('div', { 'class': 'sheet sheet-head' }, [
      S.el('div', {}, [S.el('h1', {}, [app.data.title]), S.el('p', { 'class': 'subtitle' }, app.data.subtitle.map(function (t) { return S.el('span', {}, [t]); }))]),
      S.el('p', { 'class': 'draft' }, [app.data.draft])
    ]);
  }

  function foot(app) {
    var data = app.data, ui = data.ui, ja = data.lang === 'ja', colon = ja ? '：' : ': ', stop = ja ? '／' : '; ';
    var sources = data.sources.concat(S.tilesShown() ? [S.tileCredit()] : []);
    var dates = data.dates.map(function (row) { return row.label + ' ' + row.value; });
    function block(name, title, text) {
      return text ? S.el('p', { 'class': name }, [S.el('b', {}, [title + colon]), text]) : null;
    }
    return S.el('div', { 'class': 'sheet sheet-foot' }, [
      block('sheet-caveats', ui.caveats, data.caveats.join(stop)),
      block('sheet-sources', ui.sources, sources.join(stop)),
      block('sheet-dates', ui.asOf, dates.join(stop)),
      block('sheet-printed', ui.printed, today(data.lang))
    ]);
  }

  function boxOf(b) { return L.latLngBounds([b[1], b[0]], [b[3], b[2]]); }

  /* The spots of the sheet, each with its reason, service and councils: on the pages behind it. */
  function annex(app, shown) {
    var table = app.data.annex, at = {};
    if (!table) return null;
    app.data.facilities.forEach(function (f) { at[f.id] = f; });
    var rows = table.rows.filter(function (row) {
      var f = at[row.id];
      return !f || (f.lon !== null && shown.some(function (bounds) { return bounds.contains([f.lat, f.lon]); }));
    });
    if (!rows.length) return null;
    return S.el('div', { 'class': 'sheet sheet-annex' }, [
      S.el('table', {}, [
        S.el('caption', {}, [table.title]),
        S.el('thead', {}, [S.el('tr', {}, table.heads.map(function (title) { return S.el('th', { scope: 'col' }, [title]); }))]),
        S.el('tbody', {}, rows.map(function (row) {
          return S.el('tr', {}, row.cells.map(function (cell, k) { return S.el(k ? 'td' : 'th', k ? {} : { scope: 'row' }, [cell]); }));
        }))
      ])
    ]);
  }

  /* Smaller letters until everything is on the sheet. */
  function fit(element) {
    for (var size = 100; size > 40 && element.scrollHeight > element.clientHeight + 1; size -= 4) element.style.fontSize = size - 4 + '%';
  }

  /* What to show: the whole prefecture when the reader looks at about that, else what is seen. */
  function extent(map, home) {
    var seen = map.getBounds(), whole = Math.abs(map.getZoom() - map.getBoundsZoom(home)) <= 0.5;
    return whole && seen.pad(0.15).contains(home) ? home : seen;
  }

  function Sheet(app) { this.app = app; this.paper = 'a4'; this.view = null; }

  Sheet.prototype.enter = function () {
    if (this.view) return;
    var app = this.app, map = app.map, body = app.body, b = app.data.bounds;
    var current = app.tree.on.catchment ? app.layers.current : null;
    this.current = app.layers.current;
    this.view = { center: map.getCenter(), zoom: map.getZoom(), snap: map.options.zoomSnap };
    var home = L.latLngBounds([b[1], b[0]], [b[3], b[2]]), bounds = extent(map, home);
    map.options.zoomSnap = 0;
    body.classList.add('printing');
    app.layers.current = current;
    app.layers.labels.forget();
    this.parts = [head(app), side(app), foot(app)];
    this.parts.forEach(function (part) { body.appendChild(part); });
    this.insets = app.data.insets.length && bounds === home ? S.sheetInsets(app) : null;
    map.invalidateSize({ animate: false, pan: false });
    var zoom = map.getBoundsZoom(bounds, false, L.point(12, 12));
    var middle = map.unproject(map.project(bounds.getNorthWest(), zoom).add(map.project(bounds.getSouthEast(), zoom)).divideBy(2), zoom);
    map.setView(middle, zoom, { animate: false });
    var exact = denominator(map, zoom), n = rounded(exact);
    map.setView(middle, zoom - Math.log(n / exact) / Math.LN2, { animate: false });
    var box = app.box.appendChild(corner(app, n, this.paper));
    this.parts.push(box);
    settle(app, box);
    app.layers.refresh();
    var fresh = side(app); // which roads are drawn depends on the scale
    body.replaceChild(fresh, this.parts[1]);
    this.parts[1] = fresh;
    fit(fresh);
    if (this.insets) this.insets.draw();
    var insets = this.insets ? app.data.insets.map(function (inset) { return boxOf(inset.bounds); }) : [];
    var behind = annex(app, [map.getBounds()].concat(insets));
    if (behind) this.parts.push(body.appendChild(behind));
  };

  Sheet.prototype.leave = function () {
    if (!this.view) return false;
    var app = this.app, map = app.map;
    this.parts.forEach(function (part) { part.parentNode.removeChild(part); });
    if (this.insets) this.insets.remove();
    app.body.classList.remove('printing');
    app.layers.current = this.current;
    app.layers.labels.forget();
    map.options.zoomSnap = this.view.snap;
    map.invalidateSize({ animate: false, pan: false });
    map.setView(this.view.center, this.view.zoom, { animate: false });
    app.layers.refresh();
    this.view = null;
    return true;
  };

  /* Chooses the paper; also what the browser's own menu then prints on. */
  Sheet.prototype.choose = function (paper) {
    var a3 = paper === 'a3';
    this.leave();
    this.paper = paper;
    this.app.body.classList.toggle('paper-a3', a3);
    document.getElementById('paper').media = a3 ? 'not all' : 'print';
    document.getElementById('paper-a3').media = a3 ? 'print' : 'not all';
  };

  /* Calls done once the tiles of the sheet are there, or do not come. */
  function whenTiles(app, done) {
    var waiting = Object.keys(app.tiles).map(function (name) { return app.tiles[name]; })
      .filter(function (layer) { return app.map.hasLayer(layer) && layer.isLoading(); });
    var called = false, once = function () { if (!called) { called = true; window.setTimeout(done, 350); } };
    if (!waiting.length) return once();
    waiting[0].once('load', once);
    return window.setTimeout(once, 8000);
  }

  S.features.push(function (app) {
    var sheet = new Sheet(app);
    S.sheet = sheet;
    window.addEventListener('beforeprint', function () { sheet.enter(); });
    window.addEventListener('afterprint', function () { sheet.leave(); });
    S.print = function (paper) {
      sheet.choose(paper);
      sheet.enter();
      whenTiles(app, function () { window.print(); });
    };
  });
})(window.SpotsMap);
