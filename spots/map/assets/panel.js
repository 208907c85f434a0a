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
})(window.SpotsMap);
