import Glibc

/// A speed that a serial driver knows by name.
struct LineSpeed: Sendable {
  let baudrate: Int
  /// The driver's code for it (termios).
  let code: speed_t

  static let all: [LineSpeed] = [
    (300, B300), (600, B600), (1200, B1200), (2400, B2400), (4800, B4800), (9600, B9600), (19200, B19200),
    (38400, B38400), (57600, B57600), (115_200, B115200), (230_400, B230400), (460_800, B460800), (921_600, B921600),
  ].map { LineSpeed(baudrate: $0, code: speed_t($1)) }

  private init(baudrate: Int, code: speed_t) {
    self.baudrate = baudrate
    self.code = code
  }

  /// Nil for a speed that is not in the table.
  init?(baudrate: Int) {
    guard let speed = LineSpeed.all.first(where: { $0.baudrate == baudrate }) else { return nil }
    self = speed
  }
}

/// Sets a port so that each octet arrives as it was sent (`protocol.md` 1.1), and reads the settings back.
///
/// - No line editing, echo or signals, no CR/LF translation (0D and 0A are data), no seventh-bit strip.
/// - No XON/XOFF: it would eat 11 and 13, and 13 is the HDLC control octet. No RTS/CTS, and no waiting for a carrier.
/// - Input parity is not checked: an 8E1 frame read as 8N1 then arrives intact on common adapters, and no octet is
///   marked or replaced. The checksums decide.
/// - RTS and DTR stay up at close: some adapters draw their power from them.
func makeRaw(_ port: borrowing Descriptor, speed: LineSpeed, parity: SerialInput.Parity) throws(SystemError) {
  var line = termios()
  guard tcgetattr(port.number, &line) == 0 else { throw SystemError(errno) }
  cfmakeraw(&line)
  line.c_iflag &= ~tcflag_t(IXANY | IXOFF | INPCK | IGNPAR | IUCLC | IMAXBEL)
  line.c_cflag &= ~(tcflag_t(CSIZE | CSTOPB | PARENB | PARODD | HUPCL) | tcflag_t(CRTSCTS) | tcflag_t(CMSPAR))
  line.c_cflag |= tcflag_t(CS8 | CREAD | CLOCAL)
  switch parity {
  case .none: break
  case .even: line.c_cflag |= tcflag_t(PARENB)
  case .odd: line.c_cflag |= tcflag_t(PARENB | PARODD)
  }
  withUnsafeMutableBytes(of: &line.c_cc) { controls in
    controls[Int(VMIN)] = 1
    controls[Int(VTIME)] = 0
  }
  cfsetspeed(&line, speed.code)
  guard tcsetattr(port.number, TCSANOW, &line) == 0 else { throw SystemError(errno) }

  // `tcsetattr` is content when any of it was done. Parity stays out: pseudo-terminals have none.
  var result = termios()
  guard tcgetattr(port.number, &result) == 0 else { throw SystemError(errno) }
  guard cfgetispeed(&result) == speed.code, result.c_iflag == line.c_iflag, result.c_lflag == line.c_lflag else {
    throw SystemError(EINVAL)
  }
}
