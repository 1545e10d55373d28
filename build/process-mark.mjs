// Processes that a level started, wherever they went: a detached child has a group of its own, and its
// children may outlive their parent, but all of them inherit the mark in their environment.
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';

const variable = 'OPENEMR_WORKBENCH_TEST_RUN';

export function markOf(value) {
  return { [variable]: value };
}

/** Process ids; empty where there is no /proc to ask. */
function marked(value) {
  const wanted = `${variable}=${value}`;
  return processIds().filter((pid) => pid !== process.pid && environmentOf(pid).includes(wanted));
}

/** Gives how many there were. */
export function endMarked(value) {
  const found = marked(value);
  for (const pid of found) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      // It has ended in the meantime.
      if (error.code !== 'ESRCH') throw error;
    }
  }
  return found.length;
}

function processIds() {
  try {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

function environmentOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
  } catch {
    // Ended, or of another user.
    return [];
  }
}
