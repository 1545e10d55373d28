/** What a client meets behind `https://`: a proper certificate, or one of the usual faults. */
export type TlsMode = 'valid' | 'expired' | 'wrong-host';
