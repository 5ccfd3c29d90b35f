import { toHex, utf8 } from '../../src/bytes';
import { pbkdf2Sha256 } from '../../src/crypto/pbkdf2';

/** RFC 7914, section 11. */
test.each([
  [
    'passwd',
    'salt',
    1,
    '55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783',
  ],
  [
    'Password',
    'NaCl',
    80000,
    '4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d',
  ],
])('%s, %s, %d iterations', (password, salt, iterations, derived) => {
  expect(toHex(pbkdf2Sha256(utf8(password), utf8(salt), iterations, 64))).toBe(derived);
});
