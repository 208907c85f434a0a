// The scripts of the map pages. They are pasted into one page as they are, without a build step, so
// they keep to the syntax that a browser of an office may have; every rule below finds mistakes,
// none is about taste.
import js from '@eslint/js';
import globals from 'globals';

const ASKS = 'data become text nodes and attributes (dom.js), never HTML';

export default [
  js.configs.recommended,
  {
    files: ['spots/**/*.js'],
    languageOptions: {
      ecmaVersion: 5,
      sourceType: 'script',
      globals: { ...globals.browser, ...globals.es2017, L: 'readonly' }
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'array-callback-return': 'error',
      'block-scoped-var': 'error',
      'complexity': ['error', 20],
      'consistent-return': 'error',
      'default-case-last': 'error',
      'eqeqeq': 'error',
      'guard-for-in': 'error',
      'max-lines': ['error', 500],
      'no-alert': 'error',
      'no-caller': 'error',
      'no-console': 'error',
      'no-eval': 'error',
      'no-extend-native': 'error',
      'no-extra-bind': 'error',
      'no-implicit-coercion': 'error',
      'no-implicit-globals': 'error',
      'no-implied-eval': 'error',
      'no-labels': 'error',
      'no-lone-blocks': 'error',
      'no-new': 'error',
      'no-new-func': 'error',
      'no-new-wrappers': 'error',
      'no-param-reassign': 'error',
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: ASKS },
        { property: 'outerHTML', message: ASKS },
        { property: 'insertAdjacentHTML', message: ASKS },
        { object: 'document', property: 'write', message: ASKS },
        { property: 'createContextualFragment', message: ASKS }
      ],
      'no-return-assign': 'error',
      'no-script-url': 'error',
      'no-self-compare': 'error',
      'no-sequences': 'error',
      'no-shadow': 'error',
      'no-template-curly-in-string': 'error',
      'no-throw-literal': 'error',
      'no-undef-init': 'error',
      'no-unmodified-loop-condition': 'error',
      'no-unreachable-loop': 'error',
      'no-unused-expressions': 'error',
      'no-unused-vars': ['error', { args: 'after-used', caughtErrors: 'all' }],
      'no-use-before-define': ['error', { functions: false, variables: false }],
      'no-useless-call': 'error',
      'no-useless-concat': 'error',
      'no-useless-return': 'error',
      'no-void': 'error',
      'radix': 'error',
      'strict': ['error', 'function'],
      'wrap-iife': ['error', 'inside'],
      'yoda': 'error'
    }
  }
];
