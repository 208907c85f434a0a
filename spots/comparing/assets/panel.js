/* Everything beside the map: title, list of changes, legend, what differs, sources. */
(function (S) {
  'use strict';
  var KINDS = ['entered', 'left', 'changed', 'ungiven', 'evidence'];
  var MANY = 12; // lines of a group that stands open

  S.header = function (data) {
    var ui = data.ui;
    return S.el('header', { 'class': 'top' }, [
      S.el('div', { 'class': 'titles' }, [
        S.el('h1', {}, [data.title]),
        S.el('p', { 'class': 'runs' }, [
          S.el('span', {}, [S.el('b', { 'class': 'is-old' }, [ui.old]), data.old_title]),
          S.el('span', {}, [S.el('b', { 'class': 'is-new' }, [ui['new']]), data.new_title])
        ]),
        S.el('p', { 'class': 'shown' }, [])
      ]),
      totals(data),
      S.caveats(ui.caveats, data.caveats)
    ]);
  };

  function totals(data) {
    return S.el('dl', { 'class': 'totals' }, data.totals.map(function (row) {
      return S.el('div', {}, [S.el('dt', {}, [row.label]), S.el('dd', {}, [row.value])]);
    }));
  }

  function block(title, open, children, name) {
    return S.el('details', { open: open, 'class': 'block block-' + name }, [S.el('summary', {}, [title])].concat(children));
  }

  /* What is true of several facilities stands over them, once. */
  function entries(found, data, layers) {
    var sentences = found.map(function (f) { return f.summary; });
    var each = sentences.filter(function (s, at) { return sentences.indexOf(s) === at; });
    return S.el('ul', { 'class': 'entries' }, each.map(function (sentence) {
      var alike = found.filter(function (f) { return f.summary === sentence; });
      if (alike.length === 1) return entry(alike[0], data, layers, true);
      return S.el('li', { 'class': 'alike' }, [
        S.el('p', {}, [sentence + S.bracketed(alike.length)]),
        S.el('ul', { 'class': 'entries' }, alike.map(function (f) { return entry(f, data, layers, false); }))
      ]);
    }));
  }

  function entry(f, data, layers, told) {
    var lost = f.lon === null || f.lat === null;
    return S.el('li', {}, [S.el('button', {
      type: 'button', 'class': lost ? 'entry lost' : 'entry', 'data-facility': f.id, onclick: function (event) { layers.open(f, event.detail === 0 ? event.currentTarget : null); }
    }, [
      S.symbol(f.kind),
      S.el('span', { 'class': 'what' }, [S.el('b', {}, [f.name + (lost ? S.bracketed(data.ui.unlocated) : '')]), f.place ? S.el('i', {}, [f.place]) : null, told ? S.el('span', {}, [f.summary]) : null])
    ])]);
  }

  function changes(data, layers) {
    var blocks = KINDS.map(function (kind) {
      var found = data.facilities.filter(function (f) { return f.kind === kind; });
      if (!found.length) return null;
      var parts = [entries(found, data, layers)];
      if (kind === 'evidence') {
        var box = S.el('input', { type: 'checkbox', id: 'evidence' });
        box.addEventListener('change', function () { layers.evidence = box.checked; document.body.classList.toggle('with-evidence', box.checked); layers.refresh(); });
        parts.unshift(S.el('p', { 'class': 'line' }, [box, S.el('label', { 'for': 'evidence' }, [S.symbol('evidence'), data.ui.kindEvidence])]));
      }
      return block(data.ui[DRAWN[kind]] + S.bracketed(found.length), kind !== 'evidence' && found.length <= MANY, parts, kind);
    }).filter(Boolean);
    return blocks.length ? blocks : [S.el('p', { 'class': 'none' }, [data.ui.none])];
  }

  function legend(data) {
    var ui = data.ui, kinds = KINDS.filter(function (k) { return data.facilities.some(function (f) { return f.kind === k; }); });
    var keys = ['gained', 'lost', 'kept', 'oldSpot', 'newSpot'].concat(data.areas.length ? ['shortage'] : [], ['municipality'], data.roads.length ? ['road'] : [], kinds);
    return S.el('ul', { 'class': 'legend' }, keys.map(function (key) {
      var label = DRAWN[key] ? ui[DRAWN[key]] : ui[key];
      return S.el('li', { 'data-key': key }, [S.swatch(key), S.el('span', {}, [label])]);
    }));
  }
  var DRAWN = { entered: 'kindEntered', left: 'kindLeft', changed: 'kindChanged', ungiven: 'kindUngiven', evidence: 'kindEvidence' };

  function given(data) {
    if (!data.groups.length) return [S.el('p', {}, [data.ui.sameGiven])];
    return data.groups.map(function (group) {
      return S.el('section', {}, [S.el('h3', {}, [group.title]), S.before(group.rows, data.ui)]);
    });
  }

  function background(data, map, tiles) {
    var ui = data.ui, loaded = 0, failed = 0;
    var notice = S.el('p', { 'class': 'offline', role: 'status', hidden: true }, [ui.offline]);
    /* Whose tiles they are is said where there are any. */
    var whose = tiles.options.attribution;
    map.attributionControl.removeAttribution(whose);
    map.on('layeradd', function (event) { if (event.layer === tiles && !loaded) map.attributionControl.removeAttribution(whose); });
    tiles.on('tileload', function () { loaded += 1; notice.hidden = true; if (loaded === 1) map.attributionControl.addAttribution(whose); });
    tiles.on('tileerror', function () { failed += 1; if (!loaded && failed > 1) { notice.hidden = false; map.getPane('base').style.zIndex = 250; } });
    return S.el('div', {}, ['tiles', 'noTiles'].map(function (key, at) {
      var radio = S.el('input', { type: 'radio', name: 'background', id: 'background-' + key });
      radio.checked = at === 0;
      radio.addEventListener('change', function () { notice.hidden = true; if (at === 0) map.addLayer(tiles); else map.removeLayer(tiles); });
      return S.el('p', { 'class': 'line' }, [radio, S.el('label', { 'for': 'background-' + key }, [ui[key]])]);
    }).concat([notice]));
  }

  function texts(found, kind) {
    return S.el('ul', { 'class': kind }, found.map(function (t) { return S.el('li', {}, [t]); }));
  }
  function heading(text) { return S.el('h2', { 'class': 'unseen' }, [text]); }

  S.panel = function (app) {
    var data = app.data, ui = data.ui;
    return new S.Sides(ui, [
      { name: 'list', tall: true, label: ui.sideList, title: ui.sideListLong, mark: 'M3,4.5 H17 M3,10 H17 M3,15.5 H17', children: [
        heading(ui.sideListLong), totals(data), S.el('div', { 'class': 'block-changes' }, changes(data, app.layers)), S.el('p', { 'class': 'print-more', hidden: true }, [])
      ] },
      { name: 'why', label: ui.sideWhy, title: ui.sideWhyLong, mark: 'M6.5,7 A3.6,3.6 0 1 1 10,10.8 V12.6 M10,16.4 V16.5', children: [] },
      { name: 'layers', label: ui.legend, title: ui.legend, mark: 'M10,2.5 L17.5,6.5 L10,10.5 L2.5,6.5 Z M2.5,10 L10,14 L17.5,10 M2.5,13.5 L10,17.5 L17.5,13.5', children: [
        heading(ui.legend), block(ui.legend, true, [legend(data)], 'legend'), block(ui.background, true, [background(data, app.map, app.tiles)], 'background')
      ] },
      { name: 'basis', label: ui.sideGiven, title: ui.given, mark: 'M5,2.5 H12 L15.5,6 V17.5 H5 Z M8,9 H12.5 M8,12.5 H12.5', children: [
        heading(ui.given), block(ui.caveats, true, [texts(data.caveats, 'notes')], 'caveats'),
        block(ui.given, true, given(data), 'given'),
        data.notes.length ? block(ui.notes, true, [texts(data.notes, 'notes')], 'notes') : null,
        block(ui.sources, true, [texts(data.sources, 'sources')], 'sources')
      ] },
      { name: 'print', label: ui.sidePrint, title: ui.sidePrint, mark: 'M5.5,7 V2.5 H14.5 V7 M5.5,14 H3 V7 H17 V14 H14.5 M5.5,11.5 H14.5 V17.5 H5.5 Z', children: [
        heading(ui.sidePrint),
        S.el('p', { 'class': 'print-buttons' }, ['a4', 'a3'].map(function (paper) {
          return S.el('button', { type: 'button', 'data-paper': paper, onclick: function () { S.print(paper); } }, [paper === 'a4' ? ui.printA4 : ui.printA3]);
        })),
        S.el('h3', {}, [ui.link]), S.el('p', { 'class': 'hint' }, [ui.linkHint]), S.linked(ui)
      ] }
    ]);
  };

  /* A sheet has no second page for a long list: what does not fit is taken out whole, counted, and
     said to be in the table beside the page. */
  function fitChanges(data) {
    var box = document.querySelector('.block-changes'), more = document.querySelector('.print-more');
    var rows = Array.from(box.querySelectorAll('[data-facility]')).map(function (row) { return row.closest('li'); });
    function shown() { return rows.filter(function (row) { return row.getClientRects().length > 0; }); }
    function told() {
      var rest = data.facilities.length - shown().length;
      more.hidden = rest === 0;
      more.textContent = data.ui.more.replace('{n}', rest).replace('{all}', data.facilities.length);
    }
    told();
    for (var left = shown(); left.length && box.scrollHeight > box.clientHeight + 1;) {
      left.pop().hidden = true;
      told();
    }
    return function () {
      rows.forEach(function (row) { row.hidden = false; });
      more.hidden = true;
    };
  }

  /* Lay the sheet out at paper size before printing, so that the map draws itself for it. */
  S.preparePrint = function (map, data, layers) {
    var body = document.body, ui = data.ui, view = null, whole = null;
    /* The sheet says which of the views it shows, and when it was printed. */
    function caption() {
      var day = new Date(), two = function (n) { return (n < 10 ? '0' : '') + n; };
      return ui.shown + ui[layers.mode] + '   ' + ui.printed + day.getFullYear() + '-' + two(day.getMonth() + 1) + '-' + two(day.getDate());
    }
    function enter() {
      if (view) return;
      view = { bounds: map.getBounds(), center: map.getCenter(), zoom: map.getZoom() };
      document.querySelector('.shown').textContent = caption();
      body.classList.add('printing');
      whole = fitChanges(data);
      map.invalidateSize({ animate: false, pan: false });
      map.fitBounds(view.bounds, { animate: false });
    }
    function leave() {
      if (!view) return false;
      body.classList.remove('printing');
      whole();
      map.invalidateSize({ animate: false, pan: false });
      map.setView(view.center, view.zoom, { animate: false });
      view = null;
      return true;
    }
    S.leavePrint = leave;
    window.addEventListener('beforeprint', enter);
    window.addEventListener('afterprint', leave);
    S.print = function (paper) {
      body.classList.toggle('paper-a3', paper === 'a3');
      document.getElementById('paper').media = paper === 'a3' ? 'not all' : 'print';
      document.getElementById('paper-a3').media = paper === 'a3' ? 'print' : 'not all';
      enter();
      window.setTimeout(function () { window.print(); }, 900); // time for tiles of the new view
    };
  };
})(window.SpotsMap);
