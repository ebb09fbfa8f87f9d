import Foundation
internal import Metering

extension UTCTime {
  /// By the clock of this computer, for names of files and for events. No row of a meter has its time from here.
  static var ofHost: UTCTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return UTCTime(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}
