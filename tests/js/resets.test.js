// Dash is spared the actions that would forget nothing, and gets every other one.
const assert = require('node:assert/strict');
const { test } = require('node:test');
const { open } = require('./page.js');

function store(hashes) {
  const done = [];
  const made = { done, dispatch: (action) => { done.push(action); return 'done'; }, getState: () => ({ layoutHashes: hashes }) };
  const page = open(['14-resets.js']);
  page.window.dash_stores.push(made);
  return made;
}

function reset(...itempath) {
  return { type: 'RESET_COMPONENT_STATE', payload: { itempath } };
}

test('a component without hashes below it is not reset', () => {
  const made = store({ 'components,props,children,1': { hash: 1 } });
  made.dispatch(reset('components', 'props', 'children', 2));
  made.dispatch(reset('components', 'props', 'children', 1, 'props', 'children'));
  assert.deepEqual(made.done, []);
});

test('one that has hashes, or has a component with hashes in it, is', () => {
  const made = store({ 'components,props,children,1': { hash: 1 } });
  const [own, above] = [reset('components', 'props', 'children', 1), reset('components')];
  assert.equal(made.dispatch(own), 'done');
  made.dispatch(above);
  assert.deepEqual(made.done, [own, above]);
});

test('every other action goes through, functions too', () => {
  const made = store({}), thunk = () => {};
  made.dispatch({ type: 'ON_PROP_CHANGE' });
  made.dispatch(thunk);
  assert.deepEqual(made.done, [{ type: 'ON_PROP_CHANGE' }, thunk]);
});

test('the list stays a list', () => {
  const page = open(['14-resets.js']);
  const made = { dispatch: () => {}, getState: () => ({}) };
  assert.equal(page.window.dash_stores.push(made), 1);
  assert.equal(page.window.dash_stores.includes(made), true);
});
