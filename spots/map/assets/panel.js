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

  /* Two sides of the panel: the legend, and the list that another script fills. */
  function tabbed(ui, count, children) {
    var names = ['layers', 'list'], labels = [ui.panel, ui.list + S.bracketed(count)], tabs = [], sides = [];
    S.panelTab = function (name) {
      names.forEach(function (other, at) {
        var on = other === name;
        tabs[at].setAttribute('aria-selected', String(on));
        tabs[at].tabIndex = on ? 0 : -1;
        sides[at].hidden = !on;
      });
      if (S.onTab) S.onTab(name);
    };
    names.forEach(function (name, at) {
      tabs.push(S.el('button', { type: 'button', role: 'tab', id: 'tab-' + name, 'class': 'tab', 'aria-controls': 'side-' + name, onclick: function () { S.panelTab(name); } }, [labels[at]]));
      sides.push(S.el('div', { role: 'tabpanel', id: 'side-' + name, 'class': 'tab-' + name, 'aria-labelledby': 'tab-' + name }, at ? [] : children));
    });
    var row = S.el('div', { 'class': 'tabs', role: 'tablist', 'aria-label': ui.panelSides }, tabs);
    row.addEventListener('keydown', function (event) {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
      var other = tabs[0].getAttribute('aria-selected') === 'true' ? 1 : 0;
      S.panelTab(names[other]);
      tabs[other].focus();
    });
    S.panelTab('layers');
    return S.el('aside', { 'class': 'panel', 'aria-label': ui.panel }, [row].concat(sides));
  }

  S.panel = function (data, tree, backgrounds) {
    var ui = data.ui;
    var lost = data.facilities.filter(function (f) { return f.lon === null; });
    return tabbed(ui, data.facilities.length, [
      lost.length ? block(ui.unlocated + S.bracketed(lost.length), lost.length <= 5, lost.map(function (f) {
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
