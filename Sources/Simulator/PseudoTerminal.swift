import Glibc

/// A serial port that exists in memory: the meter writes at one end, a logger opens the other end by its path.
package final class PseudoTerminal: LiveOutput {
  /// How long a reader may be busy before the octets that wait for it are thrown away.
  private static let patience: Int32 = 1000

  package let address: String
  private let master: Int32
  /// Held open, so that the port stays up when a reader goes.
  private let slave: Int32
  private let link: String?

  /// `link` becomes a symbolic link to the port, in place of an older link.
  package init(link: String? = nil) throws(SimulatorError) {
    var settings = termios()
    cfmakeraw(&settings)
    settings.c_cflag |= tcflag_t(CREAD)
    cfsetspeed(&settings, speed_t(B2400))
    var master: Int32 = -1
    var slave: Int32 = -1
    var name = [CChar](repeating: 0, count: 128)
    guard openpty(&master, &slave, nil, &settings, nil) == 0, ttyname_r(slave, &name, name.count) == 0 else {
      throw .cannotOpenTerminal(reason: systemErrorText())
    }
    let path = name.withUnsafeBufferPointer { text in text.baseAddress.map { String(cString: $0) } ?? "" }
    do throws(SimulatorError) {
      try PseudoTerminal.makeLink(link, to: path)
    } catch {
      close(slave)
      close(master)
      throw error
    }
    setNonBlocking(master)
    self.master = master
    self.slave = slave
    self.link = link
    address = path
  }

  deinit {
    if let link { unlink(link) }
    close(slave)
    close(master)
  }

  /// Returns at once: a meter sends whether or not its port is open.
  package func waitForReader(until stop: () -> Bool) {}

  package func send(_ octets: [UInt8]) {
    var sent = 0
    while sent < octets.count {
      let count = octets[sent...].withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
      if count > 0 {
        sent += count
      } else if errno == EAGAIN {
        guard waitFor(POLLOUT, at: master, milliseconds: PseudoTerminal.patience) else {
          tcflush(slave, TCIFLUSH)
          return
        }
      } else if errno != EINTR {
        return
      }
    }
  }

  private static func makeLink(_ link: String?, to path: String) throws(SimulatorError) {
    guard let link else { return }
    var status = stat()
    if lstat(link, &status) == 0, status.st_mode & S_IFMT == S_IFLNK { unlink(link) }
    guard symlink(path, link) == 0 else { throw .cannotLink(path: link, reason: systemErrorText()) }
  }
}
