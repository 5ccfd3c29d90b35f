/** The encoder of the library alone: the main entry also loads renderers for browsers, terminals and PNG. */
declare module 'qrcode/lib/core/qrcode' {
  export { create } from 'qrcode';
}
