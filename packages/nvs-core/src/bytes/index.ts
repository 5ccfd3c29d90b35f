export { fromBase64, fromHex, toBase64, toHex, utf8, utf8Length } from './text';
