/* The popup: a card of sections, each a list of label and value. */
(function (S) {
  'use strict';
  function row(item) {
    return S.el('div', { 'class': 'row' + (item.tone ? ' tone-' + item.tone : '') },
      [S.el('dt', {}, [item.label]), S.el('dd', {}, [item.value])]);
  }
  function section(item) {
    return S.el('details', { open: item.open }, [
      S.el('summary', {}, [item.title]),
      S.el('dl', {}, item.rows.map(row))
    ]);
  }

  /* route, when given, is {shown(): bool, toggle()} of the facility's decisive route. */
  S.card = function (card, ui, route) {
    var chips = card.chips.map(function (chip) { return S.el('li', {}, [chip]); });
    var button = null;
    if (route) {
      button = S.el('button', { type: 'button', 'class': 'route-button' });
      var refresh = function () {
        var shown = route.shown();
        button.textContent = shown ? ui.routeHide : ui.routeShow;
        button.setAttribute('aria-pressed', String(shown));
      };
      button.addEventListener('click', function () { route.toggle(); refresh(); });
      refresh();
    }
    return S.el('article', { 'class': 'card' }, [
      S.el('h2', {}, [card.title]),
      S.el('p', { 'class': 'badge state-' + card.state }, [card.badge]),
      chips.length ? S.el('ul', { 'class': 'chips' }, chips) : null,
      card.lead ? S.el('p', { 'class': 'lead' }, [card.lead]) : null,
      button
    ].concat(card.sections.map(section)));
  };
})(window.SpotsMap);
