/* For those who use the keyboard: ways past what they do not want, and controls before symbols. */
(function (S) {
  'use strict';
  function way(text, id, target) {
    var link = S.el('a', { 'class': 'skip', href: '#' + id }, [text]);
    link.addEventListener('click', function (event) {
      var goal = target();
      event.preventDefault();
      if (!goal) return;
      if (!goal.hasAttribute('tabindex')) goal.setAttribute('tabindex', '-1');
      goal.focus();
    });
    return link;
  }

  S.features.push(function (app) {
    var ui = app.data.ui, box = app.box, body = app.body, controls = box.querySelector('.leaflet-control-container');
    // Leaflet puts its buttons after all symbols: hundreds of stops before the first of them.
    box.insertBefore(controls, box.firstChild);
    var links = [way(ui.skip, box.id, function () { return box; })];
    var panel = app.sides.element;
    if (panel) {
      links.push(way(ui.skipPanel, panel.id, function () {
        if (S.below() && app.sides.height === 'low') app.sides.stand('half');
        return app.sides.sides[app.sides.current];
      }));
    }
    links.reverse().forEach(function (link) { body.insertBefore(link, body.firstChild); });
  });
})(window.SpotsMap);
