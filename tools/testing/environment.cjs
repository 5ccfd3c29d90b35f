/** Programs that tests start shall find a user's environment: nothing of an Nx that started the tests. */
module.exports = () => {
  for (const name of Object.keys(process.env)) {
    if (/^(NX_|FORCE_COLOR$|TS_NODE_)/.test(name)) delete process.env[name];
  }
};
