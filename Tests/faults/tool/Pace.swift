import Foundation

/// The clock of `world.c`, which this program moves.
final class Clock {
  private let file: Int32
  /// From when on, in seconds, the wall clock is how far off.
  private let steps: [(at: Int, step: Int)]

  init(path: String, steps: ArraySlice<String>) {
    file = open(path, O_RDWR)
    guard file >= 0 else { quit("cannot write \(path)") }
    self.steps = steps.map { text in
      let parts = text.split(separator: ":").compactMap { Int($0) }
      guard parts.count == 2 else { quit("no step of a clock: \(text)") }
      return (parts[0], parts[1])
    }
  }

  /// So many milliseconds since the beginning.
  func set(_ time: Int, speed: Int = 0) {
    let step = steps.last { $0.at * 1000 <= time }?.step ?? 0
    var line = Array("\(step * 1000) \(speed) \(time)".utf8)
    line += [UInt8](repeating: 0x20, count: max(0, 63 - line.count))
    _ = line.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
  }

  /// Waits until the program has twice found nothing to read: whatever was sent before has been dealt with.
  func waitForIdle() {
    let before = idle
    for _ in 0..<4000 where idle &- before < 2 { usleep(50) }
  }

  private var idle: UInt64 {
    var count: UInt64 = 0
    guard pread(file, &count, 8, 64) == 8 else { quit("the file of the clock is too short") }
    return count
  }
}

/// A frame of a capture, and when it came, in milliseconds from the beginning of its day.
struct TimedFrame {
  let time: Int
  let octets: [UInt8]
}

/// The frames with their times, in milliseconds from the first.
func readings(ofCapture path: String) -> [TimedFrame] {
  guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { quit("cannot read \(path)") }
  let form = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
  let lines = text.split(separator: "\n").filter { !$0.hasPrefix("#") }
  var first: Date?
  return zip(lines, frames(ofCapture: path)).map { line, octets in
    guard let time = try? form.parse(String(line.prefix(24))) else { quit("no time: \(line.prefix(24))") }
    let begin = first ?? time
    first = begin
    return TimedFrame(time: Int((time.timeIntervalSince(begin) * 1000).rounded()), octets: octets)
  }
}

/// Sends each frame at the time at which it came by the clock, to whoever has connected last, never more than twenty seconds of that
/// clock ahead of the reader. A `banner` is for whoever connects where there is a gap: it is sent in place of the silence, and the
/// connection closed, as by a server whose own port has gone; until some minutes before the next frame.
func pace(_ frames: [TimedFrame], clock: Clock, banner: [UInt8]? = nil) {
  let listener = listening()
  var client = accept(listener, nil, nil)
  _ = fcntl(listener, F_SETFL, O_NONBLOCK)
  func next() {
    let other = accept(listener, nil, nil)
    guard other >= 0 else { return }
    if client >= 0 { close(client) }
    client = other
  }
  func refuse(_ banner: [UInt8]) {
    next()
    guard client >= 0 else { return }
    _ = send(banner, to: client)
    close(client)
    client = -1
  }
  var now = 0
  var read = 0
  // Twenty seconds ahead, and a message before it: less than any patience of the logger's.
  func move(to time: Int) {
    now = time
    clock.set(now)
  }
  for frame in frames {
    while frame.time - read > 20_000 {
      move(to: max(now, min(read + 20_000, frame.time)))
      clock.waitForIdle()
      read = now
      // The longest pause before another attempt is a minute.
      if let banner, frame.time - read > 200_000 { refuse(banner) } else { next() }
    }
    move(to: frame.time)
    while !send(frame.octets, to: client) {
      next()
      Thread.sleep(forTimeInterval: 0.001)
    }
  }
  clock.waitForIdle()
  // From here on it goes by itself.
  clock.set(now, speed: 1)
  print("done")
  fflush(nil)
  Thread.sleep(forTimeInterval: 60)
}
