// A tree becomes elements of React: tags, properties and children in their order.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { open } = require('./page.js');

function drawn(tree) {
  const page = open(['13-trees.js']);
  page.window.React = { createElement: (tag, properties, ...children) => ({ tag, properties, children }) };
  return page.window.ioc.Tree({ tree });
}

test('what a tree says is made, however deep', () => {
  assert.deepEqual(drawn(['p', { className: 'a' }, 'one ', ['b', {}, 0], null, ['i', {}]]), {
    tag: 'p', properties: { className: 'a' },
    children: ['one ', { tag: 'b', properties: {}, children: [0] }, null, { tag: 'i', properties: {}, children: [] }],
  });
});
