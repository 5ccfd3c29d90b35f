/** Types of the parts of node-forge in use. */
declare module 'node-forge/lib/asn1.js' {
  import { asn1 } from 'node-forge';
  export = asn1;
}
declare module 'node-forge/lib/pem.js' {
  import { pem } from 'node-forge';
  export = pem;
}
