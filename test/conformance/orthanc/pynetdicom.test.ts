// pynetdicom, another implementation of DIMSE, asks the mock and the real server whether they are there.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { everyOrthanc, skipLoudly } from './servers.ts';

const program = `
import sys
from pynetdicom import AE
ae = AE(ae_title='PYNETDICOM')
ae.add_requested_context('1.2.840.10008.1.1')
association = ae.associate('127.0.0.1', int(sys.argv[1]), ae_title='ORTHANC')
print('0x%04x' % association.send_c_echo().Status)
association.release()
`;

// Looked for in bookworm, trixie, forky and sid.
const why = 'pynetdicom is not installed, and no suite of Debian has it (pip install pynetdicom)';

describe('pynetdicom', function () {
  this.timeout(30_000);

  for (const { name, missing, start } of everyOrthanc) {
    it(`is answered by the ${name}`, async function () {
      const { status } = spawnSync('python3', ['-c', 'import pynetdicom']);
      if (status !== 0) skipLoudly(this, why);
      const reason = missing();
      if (reason !== undefined) skipLoudly(this, reason);
      const server = await start();
      try {
        const line = ['-c', program, String(server.dicomPort)];
        const { stdout } = await promisify(execFile)('python3', line);

        assert.equal(stdout.trim(), '0x0000');
      } finally {
        await server.close();
      }
    });
  }
});
