/** The part of the library that encodes: its entry loads renderers for browsers, terminals and PNG too. */
declare module 'qrcode/lib/core/qrcode' {
  export { create } from 'qrcode';
}
