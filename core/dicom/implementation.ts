// How we call ourselves in files and associations (PS3.7 D.3.3.2).

/** Derived from a random UUID (PS3.5 B.2). */
export const IMPLEMENTATION_CLASS_UID = '2.25.207216461317453911634236547294105117263';
export const IMPLEMENTATION_VERSION = 'OE_WORKBENCH';
