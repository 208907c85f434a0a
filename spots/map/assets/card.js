/* The card of a facility or unit: sections, each a list of label and value, and of drives to draw. */
(function (S) {
  'use strict';
  function row(item) {
    return S.el('div', { 'class': 'row' + (item.tone ? ' tone-' + item.tone : '') },
      [S.el('dt', {}, [item.label]), S.el('dd', {}, [item.value])]);
  }

  /* Buttons of one card that may show and hide the same line; each says how it stands. */
  function Buttons(ui) { this.ui = ui; this.all = []; }
  Buttons.prototype.make = function (kind, name, words, line) {
    var self = this, button = S.el('button', { type: 'button', 'class': kind });
    this.all.push(function () {
      var shown = line().shown();
      button.textContent = self.ui[shown ? words + 'Hide' : words + 'Show'];
      button.setAttribute('aria-pressed', String(shown));
      if (name) button.setAttribute('aria-label', name + ' ' + button.textContent);
    });
    button.addEventListener('click', function () { line().toggle(); self.refresh(); });
    return button;
  };
  Buttons.prototype.refresh = function () { this.all.forEach(function (one) { one(); }); };

  function section(item, card, buttons, route) {
    var ways = (item.ways || []).map(function (way, place) {
      var line = function () { return way.decisive ? route : S.waySwitch(card.facility, place, way); };
      return S.el('li', {}, [
        S.el('span', { 'class': 'way-name' }, [way.name, S.el('small', {}, [way.detail])]),
        !way.decisive || route ? buttons.make('way-button', way.name, 'way', line) : null
      ]);
    });
    return S.el('details', { open: item.open }, [
      S.el('summary', {}, [item.title]),
      ways.length ? S.el('ol', { 'class': 'ways' }, ways) : null,
      item.rows.length ? S.el('dl', {}, item.rows.map(row)) : null
    ]);
  }

  /* route, when given, is {shown(): bool, toggle()} of the facility's decisive route. Without one
     (facilities without a position) only the words are shown. */
  S.card = function (card, ui, route) {
    var buttons = new Buttons(ui), chips = card.chips.map(function (chip) { return S.el('li', {}, [chip]); });
    var element = S.el('article', { 'class': 'card', 'data-facility': card.facility }, [
      S.el('h2', {}, [card.title]),
      S.el('p', { 'class': 'badge state-' + card.state }, [card.badge]),
      chips.length ? S.el('ul', { 'class': 'chips' }, chips) : null,
      card.lead ? S.el('p', { 'class': 'lead' }, [card.lead]) : null,
      route ? buttons.make('route-button', '', 'route', function () { return route; }) : null
    ].concat(card.sections.map(function (item) { return section(item, card, buttons, route); })));
    element.refresh = function () { buttons.refresh(); };
    if (S.waySwitch) buttons.refresh();
    return element;
  };
})(window.SpotsMap);
