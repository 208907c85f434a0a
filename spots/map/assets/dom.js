/* Document building. Data only ever becomes text nodes and attributes set one by one: nothing of
   it is parsed as HTML. */
(function (S) {
  'use strict';
  /* Parts of the page that start once the map stands: each is called with {map, data, tree, layers,
     tiles, body, box}. */
  S.features = [];
  var SVG = 'http://www.w3.org/2000/svg';

  function fill(node, attributes, children) {
    Object.keys(attributes || {}).forEach(function (name) {
      var value = attributes[name];
      if (value === false || value === null || value === undefined) return;
      if (name.slice(0, 2) === 'on') node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? '' : String(value));
    });
    (children || []).forEach(function (child) {
      if (child === null || child === undefined || child === '') return;
      node.appendChild(typeof child === 'string' ? document.createTextNode(child) : child);
    });
    return node;
  }

  S.el = function (tag, attributes, children) {
    return fill(document.createElement(tag), attributes, children);
  };
  S.svg = function (tag, attributes, children) {
    return fill(document.createElementNS(SVG, tag), attributes, children);
  };
  /* A remark behind a word: Japanese has wide brackets of its own. */
  S.bracketed = function (text) {
    return document.documentElement.lang === 'ja' ? '（' + text + '）' : ' (' + text + ')';
  };
  /* What is no button but is pressed like one. */
  S.pressed = function (element, press) {
    element.addEventListener('keydown', function (event) {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      event.stopPropagation();
      press();
    });
  };
  S.clear = function (node) {
    while (node.firstChild) node.removeChild(node.firstChild);
  };
})(window.SpotsMap = window.SpotsMap || {});
