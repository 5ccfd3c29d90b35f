/** An independent PNG reader, which the QR code library depends on. */
declare module 'pngjs' {
  export const PNG: {
    sync: { read(data: Buffer): { readonly width: number; readonly height: number; readonly data: Buffer } };
  };
}
