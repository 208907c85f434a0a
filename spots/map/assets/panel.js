/* Everything beside the map: title block and panel. */
(function (S) {
  'use strict';

  S.header = function (data) {
    return S.el('header', { 'class': 'top' }, [
      S.el('div', { 'class': 'titles' }, [
        S.el('h1', {}, [data.title]),
        S.el('p', { 'class': 'subtitle' }, data.subtitle.map(function (t) { return S.el('span', {}, [t]); }))
      ]),
      S.el('p', { 'class': 'draft' }, [data.draft]),
      data.caveats.length ? S.caveats(data.ui.caveats, data.caveats) : null
    ]);
  };

  function block(title, open, children, name) {
    return S.el('details', { open: open, 'class': 'block block-' + name }, [S.el('summary', {}, [title])].concat(children));
  }

  function heading(text) { return S.el('h2', { 'class': 'unseen' }, [text]); }
  function told(title, children, name) {
    return S.el('section', { 'class': 'told told-' + name }, [S.el('h3', {}, [title])].concat(children));
  }
  function lines(texts, kind) {
    return S.el('ul', { 'class': kind }, texts.map(function (t) { return S.el('li', {}, [t]); }));
  }
  function pairs(rows) {
    return S.el('dl', {}, rows.map(function (r) {
      return S.el('div', { 'class': 'row' }, [S.el('dt', {}, [r.label]), S.el('dd', {}, [r.value])]);
    }));
  }

  function basis(data) {
    var ui = data.ui;
    return [
      heading(ui.sideBasis),
      told(ui.caveats, [lines([data.draft].concat(data.caveats), 'basis-caveats')], 'caveats'),
      data.settings.length ? told(ui.settings, [pairs(data.settings)], 'settings') : null,
      data.dates.length ? told(ui.asOf, [pairs(data.dates)], 'dates') : null,
      told(ui.sources, [lines(data.sources, 'sources')], 'sources')
    ];
  }

  function paper(data) {
    var ui = data.ui;
    var buttons = [['a4', ui.printA4], ['a3', ui.printA3]].map(function (each) {
      return S.el('button', { type: 'button', 'data-paper': each[0], onclick: function () { S.print(each[0]); } }, [each[1]]);
    });
    return [
      heading(ui.sidePrint),
      told(ui.sidePrint, [S.el('p', { 'class': 'hint' }, [ui.printHint]), S.el('p', { 'class': 'print-buttons' }, buttons)], 'paper'),
      told(ui.link, [S.el('p', { 'class': 'hint' }, [ui.linkHint]), S.linked(ui)], 'link')
    ];
  }

  /* Facilities without a position stand over the legend: no map can show them. */
  function lost(data) {
    var found = data.facilities.filter(function (f) { return f.lon === null; });
    if (!found.length) return null;
    return block(data.ui.unlocated + S.bracketed(found.length), found.length <= 5, [S.el('ul', {}, found.map(function (f) {
      return S.el('li', {}, [S.el('button', {
        type: 'button', 'class': 'lost', 'data-facility': f.id, onclick: function (event) { S.app.show.facility(f, event.detail === 0 ? event.currentTarget : null); }
      }, [S.symbol('lost'), S.el('span', {}, [f.name, S.el('small', {}, [f.card.badge])])])]);
    }))], 'lost');
  }

  S.panel = function (data, tree, backgrounds) {
    var ui = data.ui;
    return new S.Sides(ui, [
      { name: 'list', tall: true, label: ui.sideList, title: ui.list, mark: 'M3,4.5 H17 M3,10 H17 M3,15.5 H17', children: [S.el('h2', { 'class': 'list-title' }, [ui.list + S.bracketed(data.facilities.length + data.units.length)])] },
      { name: 'why', label: ui.sideWhy, title: ui.sideWhyLong, mark: 'M6.5,7 A3.6,3.6 0 1 1 10,10.8 V12.6 M10,16.4 V16.5', children: [] },
      { name: 'layers', label: ui.sideLayers, title: ui.panel, mark: 'M10,2.5 L17.5,6.5 L10,10.5 L2.5,6.5 Z M2.5,10 L10,14 L17.5,10 M2.5,13.5 L10,17.5 L17.5,13.5', children: [
        heading(ui.panel), lost(data), tree.element, block(ui.background, true, [backgrounds], 'background')
      ] },
      { name: 'basis', label: ui.sideBasis, title: ui.sideBasis, mark: 'M5,2.5 H12 L15.5,6 V17.5 H5 Z M8,9 H12.5 M8,12.5 H12.5', children: basis(data) },
      { name: 'print', label: ui.sidePrint, title: ui.sidePrint, mark: 'M5.5,7 V2.5 H14.5 V7 M5.5,14 H3 V7 H17 V14 H14.5 M5.5,11.5 H14.5 V17.5 H5.5 Z', children: paper(data) }
    ]);
  };
})(window.SpotsMap);
