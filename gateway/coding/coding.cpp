#include "gateway/coding/coding.hpp"

#include <utility>

#include <brotli/encode.h>
#include <zlib.h>
#include <zstd.h>

namespace trunkline::coding {
namespace {

// About 100 MB/s and more each; the highest levels cost a hundred times as much for a tenth less.
constexpr int kGzipLevel = 5;
constexpr int kBrotliQuality = 4;
constexpr int kZstdLevel = 5;
constexpr int kGzipWindowBits = 15 + 16;  // 16: gzip's frame instead of zlib's
constexpr int kGzipMemory = 8;

/// Without the room for what might have been larger: a body lives as long as its slowest reader.
std::string exact(std::string& coded) {
  coded.shrink_to_fit();
  return std::move(coded);
}

std::optional<std::string> gzip(std::string_view bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, kGzipLevel, Z_DEFLATED, kGzipWindowBits, kGzipMemory,
                   Z_DEFAULT_STRATEGY) != Z_OK) {
    return std::nullopt;
  }
  std::string coded(deflateBound(&stream, bytes.size()), '\0');
  // zlib's interface has no const; it only reads.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(coded.data());
  stream.avail_out = static_cast<uInt>(coded.size());
  const bool whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  coded.resize(stream.total_out);
  deflateEnd(&stream);
  if (!whole) return std::nullopt;
  return exact(coded);
}

std::optional<std::string> brotli(std::string_view bytes) {
  std::size_t size = BrotliEncoderMaxCompressedSize(bytes.size());
  std::string coded(size, '\0');
  if (BrotliEncoderCompress(kBrotliQuality, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, bytes.size(),
                            reinterpret_cast<const std::uint8_t*>(bytes.data()), &size,
                            reinterpret_cast<std::uint8_t*>(coded.data())) == BROTLI_FALSE) {
    return std::nullopt;
  }
  coded.resize(size);
  return exact(coded);
}

std::optional<std::string> zstd(std::string_view bytes) {
  std::string coded(ZSTD_compressBound(bytes.size()), '\0');
  const std::size_t size =
      ZSTD_compress(coded.data(), coded.size(), bytes.data(), bytes.size(), kZstdLevel);
  if (ZSTD_isError(size) != 0) return std::nullopt;
  coded.resize(size);
  return exact(coded);
}

}  // namespace

std::string_view name_of(Coding coding) noexcept {
  switch (coding) {
    case Coding::kZstd: return "zstd";
    case Coding::kBrotli: return "br";
    case Coding::kGzip: return "gzip";
    case Coding::kIdentity: break;
  }
  return "identity";
}

std::optional<std::string> encode(Coding coding, std::string_view bytes) {
  switch (coding) {
    case Coding::kZstd: return zstd(bytes);
    case Coding::kBrotli: return brotli(bytes);
    case Coding::kGzip: return gzip(bytes);
    case Coding::kIdentity: break;
  }
  return std::string(bytes);
}

}  // namespace trunkline::coding
