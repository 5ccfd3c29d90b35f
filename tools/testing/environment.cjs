/** Programs that tests start get a user's environment, without the variables of an Nx that started the tests. */
module.exports = () => {
  for (const name of Object.keys(process.env)) {
    if (/^(NX_|FORCE_COLOR$|TS_NODE_)/.test(name)) delete process.env[name];
  }
};
