/* Several spots or symbols on one another: a short list to choose from. */
(function (S) {
  'use strict';
  S.chooser = function (layers, found, place) {
    var list = S.el('ul', { 'class': 'chooser' }, found.map(function (item) {
      var button = S.el('button', { type: 'button' }, [
        S.symbol(item.f.state === 'destination' ? 'hospital' : item.f.state, item.f.marks, item.f.criteria[0]),
        S.el('span', {}, [item.f.name, S.el('small', {}, [item.f.card.badge])])
      ]);
      button.addEventListener('click', function () { item.layer.openPopup(item.layer.getLatLng ? undefined : place); });
      return S.el('li', {}, [button]);
    }));
    var title = layers.data.ui.chooser.replace('{n}', String(found.length));
    L.popup(L.extend(layers.popupOptions(), { className: 'chooser-popup' }))
      .setLatLng(place)
      .setContent(S.el('div', {}, [S.el('p', { 'class': 'chooser-title' }, [title]), list]))
      .openOn(layers.map);
    list.querySelector('button').focus();
  };
})(window.SpotsMap);
