/* A list as a file that Excel opens as it is: UTF-8 with its mark, CRLF, and nothing that a spreadsheet
   would run or rewrite (the rule of spots/outputs/spreadsheet.py: one apostrophe in front). */
(function (S) {
  'use strict';
  var RUNS = /^['=+\-@\t\r\n|%]/;
  var INVISIBLE = /^[\s\u200b-\u200f\u2060\ufeff\x00-\x08]+/; // eslint-disable-line no-control-regex
  var REWRITTEN = new RegExp('^(?:' + [
    /0\d+|\d{16,}|\d+(?:\.\d+)?E[+-]?\d+|\d*\.\d*0|\.\d+|\d+\./, /\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?%|[¥$]\s*\d[\d,.]*/,
    /\d{1,4}[-/年]\d{1,2}(?:[-/月]\d{1,4}日?)?月?|\d{1,2}月\d{1,2}日|[MTSHR]\d{1,2}[./]\d{1,2}[./]\d{1,2}/, /\d+:\d+(?::\d+)?|\(\d+\)|TRUE|FALSE/
  ].map(function (each) { return each.source; }).join('|') + ')$', 'i');

  function cell(value) {
    if (typeof value === 'number') return String(value);
    var text = String(value === null || value === undefined ? '' : value), folded = text.normalize('NFKC'), start = folded.replace(INVISIBLE, '');
    var out = RUNS.test(folded) || RUNS.test(start) || REWRITTEN.test(start.trim()) ? "'" + text : text;
    return /[",\r\n]/.test(out) ? '"' + out.replace(/"/g, '""') + '"' : out;
  }
  S.csv = function (table) {
    return '\ufeff' + table.map(function (row) { return row.map(cell).join(',') + '\r\n'; }).join('');
  };

  /* A name that every system takes. */
  S.fileName = function (parts, suffix) {
    return parts.map(function (part) {
      var name = part.normalize('NFC').replace(/[\\/:*?"<>|\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e]+/g, ' '); // eslint-disable-line no-control-regex
      return Array.from(name.replace(/\s+/g, ' ').replace(/^[. ]+|[. ]+$/g, '')).slice(0, 60).join('');
    }).join('_') + suffix;
  };

  S.save = function (name, text) {
    var url = window.URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
    var link = S.el('a', { href: url, download: name, 'class': 'unseen' }, []);
    document.body.appendChild(link);
    link.click();
    document.body.removeChild(link);
    window.setTimeout(function () { window.URL.revokeObjectURL(url); }, 10000);
  };
})(window.SpotsMap);
