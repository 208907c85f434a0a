/* Everything beside the map: title block, panel, backgrounds. */
(function (S) {
  'use strict';

  S.header = function (data) {
    return S.el('header', { 'class': 'top' }, [
      S.el('div', { 'class': 'titles' }, [
        S.el('h1', {}, [data.title]),
        S.el('p', { 'class': 'subtitle' }, data.subtitle.map(function (t) { return S.el('span', {}, [t]); }))
      ]),
      S.el('p', { 'class': 'draft' }, [data.draft]),
      data.caveats.length ? S.el('section', { 'class': 'caveats', role: 'note', 'aria-label': data.ui.caveats },
        [S.el('ul', {}, data.caveats.map(function (t) { return S.el('li', {}, [t]); }))]) : null
    ]);
  };

  function block(title, open, children, name) {
    return S.el('details', { open: open, 'class': 'block block-' + name }, [S.el('summary', {}, [title])].concat(children));
  }

  S.panel = function (data, tree, backgrounds) {
    var ui = data.ui;
    var lost = data.facilities.filter(function (f) { return f.lon === null; });
    return S.el('aside', { 'class': 'panel', 'aria-label': ui.panel }, [
      lost.length ? block(ui.unlocated + ' (' + lost.length + ')', lost.length <= 5, lost.map(function (f) {
        return S.el('details', { 'class': 'lost', 'data-facility': f.id }, [
          S.el('summary', {}, [S.symbol('undetermined'), S.el('span', {}, [f.name])]),
          S.card(f.card, ui, null)
        ]);
      }), 'lost') : null,
      block(ui.panel, true, [tree.element], 'tree'),
      block(ui.background, true, [backgrounds], 'background'),
      data.settings.length ? block(ui.settings, false, [S.el('dl', {}, data.settings.map(function (r) {
        return S.el('div', { 'class': 'row' }, [S.el('dt', {}, [r.label]), S.el('dd', {}, [r.value])]);
      }))], 'settings') : null,
      block(ui.sources, true, [S.el('ul', { 'class': 'sources' }, data.sources.map(function (t) { return S.el('li', {}, [t]); }))], 'sources'),
      S.el('p', { 'class': 'print-buttons' }, ['a4', 'a3'].map(function (paper) {
        return S.el('button', { type: 'button', 'data-paper': paper, onclick: function () { S.print(paper); } },
          [paper === 'a4' ? ui.printA4 : ui.printA3]);
      }))
    ]);
  };

  /* Radio buttons for the tile layers; tells when tiles do not come. */
  S.backgrounds = function (map, data, tiles, alone) {
    var notice = S.el('p', { 'class': 'offline', role: 'status', hidden: true }, [data.ui.offline]);
    var current = data.backgrounds[0].layer;
    Object.keys(tiles).forEach(function (name) {
      var failed = 0, loaded = 0;
      tiles[name].on('tileload', function () { loaded += 1; notice.hidden = true; });
      tiles[name].on('tileerror', function () { failed += 1; if (!loaded && failed > 1 && name === current) notice.hidden = false; });
    });
    var rows = data.backgrounds.map(function (choice, place) {
      var id = 'background-' + (choice.layer || 'none');
      var radio = S.el('input', { type: 'radio', name: 'background', id: id, value: choice.layer });
      radio.checked = place === 0;
      radio.addEventListener('change', function () {
        if (current) map.removeLayer(tiles[current]);
        current = choice.layer;
        notice.hidden = true;
        if (current) map.addLayer(tiles[current]);
      });
      return S.el('div', { 'class': 'line' }, [radio, S.el('label', { 'for': id }, [choice.label])]);
    });
    return S.el('div', { 'class': 'backgrounds' }, rows.concat([notice, alone ? S.el('p', { 'class': 'hint' }, [data.ui.noAbroad]) : null]));
  };
})(window.SpotsMap);
