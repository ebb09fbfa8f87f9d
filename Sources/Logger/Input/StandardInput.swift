import Glibc
import Metering

/// Octets piped into the program. It ends at end of file.
struct StandardInput: InputSource {
  let name = "standard input"
  let longestPause: TimeSpan? = nil

  /// A second number for it, so that closing is the same for all inputs.
  ///
  /// It stays as it is otherwise: O_NONBLOCK would hold for the user's shell as well, and `poll` suffices.
  func open(unless stop: Stop) throws(InputError) -> Descriptor {
    let number = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
    guard number >= 0 else {
      throw InputError(
        .missing, name, "it is closed", advice: "pipe the meter's octets into the program")
    }
    return Descriptor(owning: number)
  }

  func loss(_ cause: SystemError?) -> InputError {
    guard let cause else { return InputError(.closed, name, "end of input") }
    return InputError(.system, name, "cannot be read: \(cause)")
  }
}
