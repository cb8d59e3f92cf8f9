/** Limits of Python functions, each with its unit and its reason. */

/** Time that one statement's calls may take together: a loop without an end holds an engine process as long. */
export const PYTHON_TIME_MS = 60_000;

/** What an interpreter's process may allocate. Node reserves for its threads and for machine code: below 900 MB it does not start surely. */
export const PYTHON_MEMORY_MB = 1280;

/** Heap of the JavaScript around the interpreter: batches pass through it as text. */
export const PYTHON_HEAP_MB = 256;

/** Processor time after which the kernel ends an interpreter whose server is gone, so that none loops on alone. */
export const PYTHON_CPU_S = 600;

/** From spawn to an interpreter that takes functions: 2 s on an idle machine, many times that on a loaded one. */
export const PYTHON_START_MS = 60_000;

/** Distinct rows of arguments in one message: enough to amortise it, few enough to be small beside the process's heap. */
export const PYTHON_BATCH_ROWS = 2048;

/** Characters of one answer, with its results: a batch of long values. More than this is a flood. */
export const PYTHON_ANSWER_CHARACTERS_MAX = 64 * 1024 * 1024;

/** Interpreters of one statement: one for each owner of functions and each text that they stand in. */
export const PYTHON_INTERPRETERS_PER_STATEMENT_MAX = 4;

/** A spare interpreter that nobody wants is ended, so that its memory is free. */
export const PYTHON_SPARE_MS = 10 * 60 * 1000;
