namespace Sylk.Conference.Audio.Codecs;

/// <summary>Constants of ITU-T G.722, in the Recommendation's fixed-point scaling.</summary>
internal static class G722Tables
{
    /// <summary>Half of the symmetric 24-tap QMF (table 11).</summary>
    public static ReadOnlySpan<short> Qmf => [3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11];

    /// <summary>Decision levels of the 60-level quantiser of the lower band (table 14).</summary>
    public static ReadOnlySpan<short> LowDecisions =>
    [
        0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714,
        786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
    ];

    /// <summary>Code words of the lower band by interval, for negative and positive differences.</summary>
    public static ReadOnlySpan<byte> LowNegative =>
        [0, 63, 62, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4];

    public static ReadOnlySpan<byte> LowPositive =>
        [0, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32];

    /// <summary>Output levels of the 6-bit inverse quantiser.</summary>
    public static ReadOnlySpan<short> Low6 =>
    [
        -136, -136, -136, -136, -24_808, -21_904, -19_008, -16_704, -14_984, -13_512, -12_280, -11_192, -10_232, -9_360, -8_576, -7_856,
        -7_192, -6_576, -6_000, -5_456, -4_944, -4_464, -4_008, -3_576, -3_168, -2_776, -2_400, -2_032, -1_688, -1_360, -1_040, -728,
        24_808, 21_904, 19_008, 16_704, 14_984, 13_512, 12_280, 11_192, 10_232, 9_360, 8_576, 7_856, 7_192, 6_576, 6_000, 5_456,
        4_944, 4_464, 4_008, 3_576, 3_168, 2_776, 2_400, 2_032, 1_688, 1_360, 1_040, 728, 432, 136, -432, -136,
    ];

    /// <summary>Output levels of the 4-bit inverse quantiser, which drives the predictor.</summary>
    public static ReadOnlySpan<short> Low4 =>
        [0, -20_456, -12_896, -8_968, -6_288, -4_240, -2_584, -1_200, 20_456, 12_896, 8_968, 6_288, 4_240, 2_584, 1_200, 0];

    /// <summary>Output levels of the upper band.</summary>
    public static ReadOnlySpan<short> High2 => [-7_408, -1_616, 7_408, 1_616];

    /// <summary>Log scale factor multipliers by 4-bit code word of the lower band.</summary>
    public static ReadOnlySpan<short> LowScale =>
        [-60, 3_042, 1_198, 538, 334, 172, 58, -30, 3_042, 1_198, 538, 334, 172, 58, -30, -60];

    /// <summary>Log scale factor multipliers by code word of the upper band.</summary>
    public static ReadOnlySpan<short> HighScale => [798, -214, 798, -214];

    /// <summary>Antilogarithm (table 15): 2048 × 2^(i/32).</summary>
    public static ReadOnlySpan<short> Antilog =>
    [
        2_048, 2_093, 2_139, 2_186, 2_233, 2_282, 2_332, 2_383, 2_435, 2_489, 2_543, 2_599, 2_656, 2_714, 2_774, 2_834,
        2_896, 2_960, 3_025, 3_091, 3_158, 3_228, 3_298, 3_371, 3_444, 3_520, 3_597, 3_676, 3_756, 3_838, 3_922, 4_008,
    ];
}
