/* The layer tree: nested lists of real checkboxes, so that keyboard and screen reader just work.
   It knows nothing of the map: it keeps which keys are on and tells when that changes. */
(function (S) {
  'use strict';

  S.Tree = function (nodes, ui, onChange) {
    this.on = {};
    this.ui = ui;
    this.onChange = onChange;
    this.items = [];
    this.element = S.el('ul', { 'class': 'tree' }, nodes.map(this.item, this));
    this.refresh();
  };

  S.Tree.prototype.item = function (node) {
    var tree = this, id = 'layer-' + node.key;
    var box = S.el('input', { type: 'checkbox', id: id, 'data-key': node.key });
    var leaves = this.leaves(node);
    box.checked = node.on;
    box.addEventListener('change', function () { tree.set(leaves, box.checked); });
    if (!node.children.length) this.on[node.key] = node.on;
    this.items.push({ box: box, leaves: leaves });
    var line = S.el('div', { 'class': 'line' }, [
      box,
      S.el('label', { 'for': id }, [
        node.swatch ? S.swatch(node.swatch) : null,
        S.el('span', { 'class': 'text' }, [node.label]),
        node.count ? S.el('span', { 'class': 'count' }, [node.count]) : null
      ])
    ]);
    var note = node.note ? S.el('p', { 'class': 'note' }, [node.note]) : null;
    if (!node.children.length) return S.el('li', { 'data-key': node.key }, [line, note]);
    var list = S.el('ul', { id: id + '-children' }, node.children.map(this.item, this));
    line.insertBefore(this.expander(list, node.label), box);
    return S.el('li', { 'data-key': node.key, 'class': 'branch' }, [line, note, list]);
  };

  S.Tree.prototype.expander = function (list, label) {
    var ui = this.ui;
    var button = S.el('button', { type: 'button', 'class': 'expander', 'aria-expanded': 'true', 'aria-controls': list.id });
    function show(open) {
      list.hidden = !open;
      button.setAttribute('aria-expanded', String(open));
      button.setAttribute('aria-label', (open ? ui.collapse : ui.expand) + ': ' + label);
    }
    button.addEventListener('click', function () { show(list.hidden); });
    show(true);
    return button;
  };

  S.Tree.prototype.leaves = function (node) {
    if (!node.children.length) return [node.key];
    return node.children.reduce(function (all, child) {
      return all.concat(this.leaves(child));
    }.bind(this), []);
  };

  S.Tree.prototype.set = function (keys, on) {
    keys.forEach(function (key) { this.on[key] = on; }, this);
    this.refresh();
    this.onChange(keys);
  };

  /* A branch is ticked when all its leaves are, half-ticked when some are. */
  S.Tree.prototype.refresh = function () {
    var on = this.on;
    this.items.forEach(function (item) {
      var count = item.leaves.filter(function (key) { return on[key]; }).length;
      item.box.checked = count === item.leaves.length;
      item.box.indeterminate = count > 0 && count < item.leaves.length;
      var line = item.box.closest('li');
      if (line) line.classList.toggle('off', count === 0);
    });
  };

  S.Tree.prototype.any = function (keys) {
    return keys.some(function (key) { return this.on[key]; }, this);
  };
})(window.SpotsMap);
