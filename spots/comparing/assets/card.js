/* The card of a facility: before, after, and why. */
(function (S) {
  'use strict';
  S.before = function (pairs, ui) {
    return S.el('table', { 'class': 'pairs' }, [
      S.el('thead', {}, [S.el('tr', {}, [S.el('td', {}, []), S.el('th', { scope: 'col', 'class': 'is-old' }, [ui.old]), S.el('th', { scope: 'col', 'class': 'is-new' }, [ui['new']])])]),
      S.el('tbody', {}, pairs.map(function (p) {
        return S.el('tr', { 'class': p.differs ? 'differs' : '' }, [S.el('th', { scope: 'row' }, [p.label]), S.el('td', {}, [p.old]), S.el('td', {}, [p['new']])]);
      }))
    ]);
  };
  S.card = function (f, ui) {
    return S.el('article', { 'class': 'card', 'data-facility': f.id }, [
      S.el('h2', {}, [f.name]),
      S.el('p', { 'class': 'badge badge-' + f.kind }, [f.badge]),
      S.el('p', { 'class': 'lead' }, [f.summary]),
      S.before(f.pairs, ui),
      S.el('h3', {}, [ui.why]),
      S.el('ul', { 'class': 'why' }, f.why.map(function (w) {
        return S.el('li', {}, [S.el('span', { 'class': 'sure sure-' + w.certainty }, [w.badge]), w.text]);
      }))
    ]);
  };
})(window.SpotsMap);
