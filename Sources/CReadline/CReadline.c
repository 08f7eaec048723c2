#include "CReadline.h"

#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/// A closing brace behind nothing but blanks takes one step of indentation back.
static int close_brace(int count, int key) {
  int blanks = 0;
  while (blanks < rl_point && rl_line_buffer[blanks] == ' ') blanks++;
  if (blanks == rl_point && blanks >= 2) rl_delete_text(rl_point - 2, rl_point), rl_point -= 2;
  return rl_insert_close(count, key);
}

// The byte that readline reads next, or what it reads for itself.
enum { nothing_fed = -2 };
static int fed = nothing_fed;

static int next_byte(FILE *stream) {
  if (fed == nothing_fed) return rl_getc(stream);
  int byte = fed;
  fed = nothing_fed;
  return byte;
}

// The signal whose key readline met when it read ahead.
static int met_signal = 0;

// The terminal's keys for signals, as they were when it was taken.
static cc_t interrupt_key = _POSIX_VDISABLE, suspend_key = _POSIX_VDISABLE,
            quit_key = _POSIX_VDISABLE;

int notch_signal_of_key(unsigned char byte) {
  if (byte == _POSIX_VDISABLE) return 0;
  if (byte == interrupt_key) return SIGINT;
  if (byte == suspend_key) return SIGTSTP;
  return byte == quit_key ? SIGQUIT : 0;
}

/// What the keys of signals are bound to.
static int meet_signal(int count, int key) {
  (void)count;
  met_signal = notch_signal_of_key((unsigned char)key);
  return 0;
}

static void bind_signal_key(unsigned char byte) {
  if (byte == _POSIX_VDISABLE || byte >= 0x80) return;
  rl_bind_key_in_map(byte, meet_signal, emacs_standard_keymap);
  rl_bind_key_in_map(byte, meet_signal, vi_insertion_keymap);
  rl_bind_key_in_map(byte, meet_signal, vi_movement_keymap);
}

/// The keys of signals are ours to read, so that they keep their place among the others: the
/// terminal would throw away what was typed before them, even what a program is about to read.
static void take_terminal(int meta) {
  rl_prep_terminal(meta);
  struct termios state;
  if (tcgetattr(fileno(rl_instream), &state) != 0) return;
  bind_signal_key(interrupt_key = state.c_cc[VINTR]);
  bind_signal_key(suspend_key = state.c_cc[VSUSP]);
  bind_signal_key(quit_key = state.c_cc[VQUIT]);
  state.c_lflag &= ~(tcflag_t)ISIG;
  tcsetattr(fileno(rl_instream), TCSANOW, &state);
}

static void draw_nothing(void) {}

void notch_readline_begin(bool on_standard_error, notch_completer *completer) {
  rl_readline_name = "notch";
  if (on_standard_error) rl_outstream = stderr;
  rl_catch_signals = 0;
  rl_catch_sigwinch = 0;
  rl_change_environment = 0;
  rl_getc_function = next_byte;
  rl_prep_term_function = take_terminal;
  rl_attempted_completion_function = completer;
  // A word is a name and nothing else; bytes above 127 belong to names.
  rl_completer_word_break_characters = " \t\n\"\\'`@$><=;|&{}()[],:+-*/%!?~^.#";
  history_write_timestamps = 1;
  history_comment_char = '#';
  // Set before ~/.inputrc is read, so that it has the last word.
  rl_variable_bind("show-all-if-ambiguous", "on");
  rl_variable_bind("completion-ignore-case", "off");
  // Candidates come in an order that means something.
  rl_sort_completion_matches = 0;
  rl_add_defun("notch-close-brace", close_brace, '}');
  using_history();
}

void notch_readline_prompt(const char *prompt, const char *text, notch_line_handler *handler) {
  rl_callback_handler_install(prompt, handler);
  if (*text) {
    rl_insert_text(text);
    (*rl_redisplay_function)();
  }
}

static bool is_on(const char *name) {
  const char *value = rl_variable_value(name);
  return value && strcmp(value, "on") == 0;
}

bool notch_readline_draw_with(notch_painter *painter) {
  // Reads ~/.inputrc, once.
  rl_initialize();
  if (is_on("show-mode-in-prompt") || is_on("horizontal-scroll-mode")) return false;
  rl_redisplay_function = painter;
  return true;
}

void notch_readline_list_with(notch_lister *lister) {
  rl_completion_display_matches_hook = lister;
}

void notch_readline_write(const char *bytes, size_t count) {
  fwrite(bytes, 1, count, rl_outstream);
  fflush(rl_outstream);
}

int notch_readline_feed(int byte) {
  fed = byte;
  met_signal = 0;
  rl_callback_read_char();
  fed = nothing_fed;
  return met_signal;
}

void notch_readline_abandon(void) {
  if (rl_redisplay_function == rl_redisplay) {
    // What was typed stays on the screen, with the mark behind it.
    rl_point = rl_end;
    rl_redisplay();
    fputs("^C\n", rl_outstream);
    fflush(rl_outstream);
  }
  // Readline draws the line once more when it forgets its state.
  rl_voidfunc_t *draw = rl_redisplay_function;
  rl_redisplay_function = draw_nothing;
  rl_free_line_state();
  rl_callback_sigcleanup();
  rl_callback_handler_remove();
  rl_redisplay_function = draw;
}

void notch_readline_suspend(void) {
  if (rl_deprep_term_function) rl_deprep_term_function();
}

void notch_readline_resume(void) {
  if (rl_prep_term_function) rl_prep_term_function(1);
  rl_forced_update_display();
}
